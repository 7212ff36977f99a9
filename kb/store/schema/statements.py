"""The statements behind each step of the catalogue's shape; `migrations` runs them."""

FIRST = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE matter (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        client TEXT NOT NULL DEFAULT '',
        opened TEXT NOT NULL,
        generation INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE document (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        matter_id TEXT NOT NULL REFERENCES matter(id),
        name TEXT NOT NULL,
        title TEXT NOT NULL DEFAULT '',
        media_type TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        pages INTEGER,
        chunks INTEGER NOT NULL DEFAULT 0,
        status TEXT NOT NULL,
        problem TEXT,
        code TEXT,
        added_at TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX document_status ON document(status, seq)",
    "CREATE INDEX document_matter ON document(matter_id)",
    "CREATE INDEX document_sha256 ON document(sha256)",
    """CREATE TABLE source (
        matter_id TEXT NOT NULL REFERENCES matter(id),
        path TEXT NOT NULL,
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        seen_at TEXT NOT NULL,
        added_by TEXT NOT NULL,
        PRIMARY KEY (matter_id, path, document_id)
    )""",
    "CREATE INDEX source_document ON source(document_id)",
    """CREATE TABLE content (
        document_id TEXT PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE,
        text TEXT NOT NULL
    )""",
    """CREATE TABLE page (
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        char_start INTEGER NOT NULL,
        char_end INTEGER NOT NULL,
        needs_ocr INTEGER NOT NULL,
        PRIMARY KEY (document_id, number)
    ) WITHOUT ROWID""",
    "CREATE TABLE embedding (key TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE chunk (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        matter_id TEXT NOT NULL REFERENCES matter(id),
        ordinal INTEGER NOT NULL,
        heading TEXT NOT NULL,
        page_from INTEGER,
        page_to INTEGER,
        char_start INTEGER NOT NULL,
        char_end INTEGER NOT NULL,
        text TEXT NOT NULL,
        length INTEGER NOT NULL,
        embedding TEXT NOT NULL REFERENCES embedding(key)
    )""",
    "CREATE INDEX chunk_document ON chunk(document_id, ordinal)",
    "CREATE INDEX chunk_matter ON chunk(matter_id, length)",
    "CREATE INDEX chunk_embedding ON chunk(embedding)",
    """CREATE VIRTUAL TABLE chunk_words USING fts5(
        context, words, tokenize="unicode61 remove_diacritics 0 tokenchars '.'"
    )""",
    "INSERT INTO chunk_words(chunk_words, rank) VALUES ('secure-delete', 1)",
    "CREATE VIRTUAL TABLE chunk_terms USING fts5vocab(chunk_words, instance)",
    """CREATE TABLE audit (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        user_id TEXT NOT NULL,
        action TEXT NOT NULL,
        detail TEXT NOT NULL
    )""",
)

FAMILIES = (
    "ALTER TABLE document ADD COLUMN current INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE document ADD COLUMN held INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE page ADD COLUMN label TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE page ADD COLUMN words TEXT",
    "ALTER TABLE source RENAME TO old_source",
    """CREATE TABLE source (
        matter_id TEXT NOT NULL REFERENCES matter(id),
        path TEXT NOT NULL,
        version INTEGER NOT NULL,
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        parent TEXT REFERENCES document(id) ON DELETE CASCADE,
        seen_at TEXT NOT NULL,
        added_by TEXT NOT NULL,
        PRIMARY KEY (matter_id, path, version)
    ) WITHOUT ROWID""",
    """INSERT INTO source SELECT matter_id, path,
        row_number() OVER (PARTITION BY matter_id, path ORDER BY seen_at), document_id, NULL,
        seen_at, added_by FROM old_source""",
    "DROP TABLE old_source",
    "CREATE INDEX source_document ON source(document_id)",
    "CREATE INDEX source_parent ON source(parent)",
    """UPDATE document SET current = EXISTS (SELECT 1 FROM source s
        WHERE s.document_id = document.id AND s.version = (SELECT max(version)
            FROM source n WHERE n.matter_id = s.matter_id AND n.path = s.path))""",
    "ALTER TABLE chunk RENAME TO old_chunk",
    # a chunk is there before its vector: `embedding` is '' until then
    """CREATE TABLE chunk (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        matter_id TEXT NOT NULL REFERENCES matter(id),
        ordinal INTEGER NOT NULL,
        heading TEXT NOT NULL,
        page_from INTEGER,
        page_to INTEGER,
        char_start INTEGER NOT NULL,
        char_end INTEGER NOT NULL,
        text TEXT NOT NULL,
        length INTEGER NOT NULL,
        embedding TEXT NOT NULL DEFAULT '',
        quoted INTEGER NOT NULL DEFAULT 0
    )""",
    "INSERT INTO chunk SELECT *, 0 FROM old_chunk",
    "DROP TABLE old_chunk",
    "CREATE INDEX chunk_document ON chunk(document_id, ordinal)",
    "CREATE INDEX chunk_matter ON chunk(matter_id, length)",
    "CREATE INDEX chunk_embedding ON chunk(embedding)",
    """CREATE TABLE document_fact (
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        by_person INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (document_id, name, value)
    ) WITHOUT ROWID""",
    "CREATE INDEX document_fact_value ON document_fact(name, value)",
    """CREATE TABLE revision (
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        kind TEXT NOT NULL,
        author TEXT NOT NULL,
        date TEXT NOT NULL,
        char_start INTEGER NOT NULL,
        char_end INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (document_id, ordinal)
    ) WITHOUT ROWID""",
)

JOBS = (
    """CREATE TABLE job (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        user_id TEXT NOT NULL,
        created_at TEXT NOT NULL,
        open INTEGER NOT NULL
    )""",
    """CREATE TABLE job_item (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        matter TEXT NOT NULL,
        document_id TEXT,
        duplicate INTEGER NOT NULL DEFAULT 0,
        outcome TEXT,
        problem TEXT,
        code TEXT,
        ended INTEGER,
        UNIQUE (job_id, matter, path)
    )""",
    "CREATE INDEX job_item_ended ON job_item(job_id, ended)",
    "CREATE INDEX job_item_document ON job_item(document_id)",
)

EFFORT = (
    # seconds of reading and, of these, of recognising pictures of text
    "ALTER TABLE document ADD COLUMN read_s REAL NOT NULL DEFAULT 0",
    "ALTER TABLE document ADD COLUMN ocr_s REAL NOT NULL DEFAULT 0",
)

ENDS = (
    # how many ends a job has seen; it never falls, also when files are tried again
    "ALTER TABLE job ADD COLUMN ends INTEGER NOT NULL DEFAULT 0",
    """UPDATE job SET ends = (SELECT coalesce(max(ended), 0) FROM job_item
        WHERE job_item.job_id = job.id)""",
)

STAMPS = (
    # a number of chance for the vectors of a document; it changes whenever one of them does
    "ALTER TABLE document ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0",
    "UPDATE document SET stamp = random() | 1",
    """CREATE TRIGGER document_ready AFTER UPDATE OF status ON document
        WHEN new.status = 'ready' AND old.status <> 'ready'
        BEGIN UPDATE document SET stamp = random() | 1 WHERE seq = new.seq; END""",
    """CREATE TRIGGER chunk_embedded_again AFTER UPDATE OF embedding ON chunk
        WHEN old.embedding <> '' AND new.embedding <> old.embedding
        BEGIN UPDATE document SET stamp = random() | 1 WHERE id = new.document_id; END""",
    """CREATE TRIGGER chunk_gone AFTER DELETE ON chunk WHEN old.embedding <> ''
        BEGIN UPDATE document SET stamp = random() | 1 WHERE id = old.document_id; END""",
)

WORDS_ONLY = (
    # why passages of a document have no vector, as a sentence
    "ALTER TABLE document ADD COLUMN words_only TEXT",
)

CITATIONS = (
    "ALTER TABLE document ADD COLUMN citing TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE citation (
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL, kind TEXT NOT NULL,
        char_start INTEGER NOT NULL, char_end INTEGER NOT NULL,
        normal TEXT NOT NULL, authority TEXT NOT NULL,
        volume TEXT NOT NULL, reporter TEXT NOT NULL, page TEXT NOT NULL, pin TEXT NOT NULL,
        name TEXT NOT NULL, court TEXT NOT NULL, year INTEGER NOT NULL, own INTEGER NOT NULL,
        key TEXT NOT NULL, authority_key TEXT NOT NULL, name_key TEXT NOT NULL,
        treatment TEXT NOT NULL, PRIMARY KEY (document_id, ordinal)
    ) WITHOUT ROWID""",
    *(
        f"CREATE INDEX citation_{name} ON citation({name})"
        for name in ("key", "authority_key", "name_key", "year")
    ),
)

PLAIN_WORDS = (
    # the entries in `posting` are what is searched: an index over the words themselves was not
    "CREATE TABLE plain_words (rowid INTEGER PRIMARY KEY, context TEXT, words TEXT)",
    "INSERT INTO plain_words SELECT rowid, context, words FROM chunk_words",
    "DROP TABLE chunk_terms",
    "DROP TABLE chunk_words",
    "ALTER TABLE plain_words RENAME TO chunk_words",
)

RENEWAL = (
    # the vector that a chunk has when another embedding model takes over; '' for none
    """CREATE TABLE renewal (
        chunk_key INTEGER PRIMARY KEY REFERENCES chunk(key) ON DELETE CASCADE,
        embedding TEXT NOT NULL
    )""",
    "CREATE INDEX renewal_embedding ON renewal(embedding)",
)

REPEATED = (
    # quoted chunks that another message holds, for when it is erased
    """CREATE TABLE repeated (
        id TEXT PRIMARY KEY,
        document_id TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
        said_by TEXT NOT NULL,
        ordinal INTEGER NOT NULL, heading TEXT NOT NULL,
        page_from INTEGER, page_to INTEGER,
        char_start INTEGER NOT NULL, char_end INTEGER NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE INDEX repeated_document ON repeated(document_id)",
    "CREATE INDEX repeated_said_by ON repeated(said_by)",
)

IDENTITY = (
    "CREATE TABLE identity (id TEXT NOT NULL, generation INTEGER NOT NULL)",
    "INSERT INTO identity VALUES (lower(hex(randomblob(16))), 0)",
    # originals of what was erased, until they are gone from the disk as well
    "CREATE TABLE unneeded (sha256 TEXT PRIMARY KEY) WITHOUT ROWID",
)

BATCHES = (
    # documents whose words are being written anew, in several transactions
    """CREATE TABLE unworded (
        document_id TEXT PRIMARY KEY REFERENCES document(id) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    # attempts are those of the step that comes next; older programs counted them for ever
    "UPDATE document SET attempts = 0 WHERE status IN ('words', 'ready')",
    # what must not be looked for among all documents: what is read last, and what is erased
    "CREATE INDEX document_tried ON document(status, attempts, seq)",
)

TRAIL = (
    # an older program cannot write here any more; the entries go to a file of their own
    "ALTER TABLE audit RENAME TO audit_to_move",
)

DAMAGED = (
    # originals that were not found as they were taken in, by the code of what was found
    """CREATE TABLE damaged_original (
        sha256 TEXT PRIMARY KEY, code TEXT NOT NULL, found_at TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TRIGGER damaged_original_erased AFTER DELETE ON document BEGIN
        DELETE FROM damaged_original WHERE sha256 = old.sha256
        AND NOT EXISTS (SELECT 1 FROM document WHERE sha256 = old.sha256); END""",
)

SPANS = tuple(  # where a fact was read in the text; NULL where that is not known
    f"ALTER TABLE document_fact ADD COLUMN {name} INTEGER" for name in ("char_start", "char_end")
)
