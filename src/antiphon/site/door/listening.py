"""Is the port free? Asked before anything is loaded."""

import socket


def refuse_taken(host: str, port: int) -> None:
    """Stop the start in one sentence when somebody listens there already."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            words = f"Cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}."
            raise SystemExit(f"{words} Set PORT to a free one.") from error
