"""The JSON shapes of jobs."""

from kb.domain.jobs import Job, JobItem
from kb.serializers.results import Json


def item_json(item: JobItem) -> Json:
    return {
        "path": item.path,
        "document_id": item.document_id,
        "status": item.outcome.value if item.outcome else "pending",
        "problem": item.problem,
        "code": item.code,
        "pages": item.pages,
        "chunks": item.chunks,
    }


def job_json(job: Job) -> Json:
    return {
        "id": job.id,
        "kind": job.kind,
        "created_at": job.created_at,
        "open": job.open,
        "total": job.total,
        "pending": job.pending,
        "words": job.words,
        "counts": dict(job.counts),
    }
