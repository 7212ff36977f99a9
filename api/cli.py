"""`kb serve`: the service on this machine, until it is told to stop."""

from typing import Annotated

import typer

from api.server.worker import StartWorker
from kb.settings import Settings


def register(app: typer.Typer, start_worker: StartWorker) -> None:
    """Add `kb serve`. The worker is handed in, since api and ingest do not know each other."""

    @app.command()
    def serve(
        host: Annotated[str | None, typer.Option(help="Loopback address (KB_HOST).")] = None,
        port: Annotated[
            int | None, typer.Option(help="Port (KB_PORT); 0 takes any free one.", min=0, max=65535)
        ] = None,
    ) -> None:
        """Serve the page and the API on this machine, and work on waiting documents."""
        # the web libraries would cost every other command half a second
        from api.server.run import run  # noqa: PLC0415

        settings = Settings()
        run(
            settings.model_copy(
                update={
                    "host": settings.host if host is None else host,
                    "port": settings.port if port is None else port,
                }
            ),
            start_worker,
        )
