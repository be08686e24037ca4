"""Files on their way in. The bytes themselves go by tus 1.0 to `/uploads/`, with the same key."""

from typing import Annotated
from uuid import UUID

from ninja import Path, Router, Status

from antiphon.api.callers import READ, UPLOAD, ApiRequest
from antiphon.api.cursors import Cursor, Limit, next_href, word_of
from antiphon.api.rows import site_url
from antiphon.api.shapes.sound import Upload, UploadPage
from antiphon.catalogue import service as catalogue

router = Router(tags=["uploads"])
UploadId = Annotated[UUID, Path(..., example="0b6f2a52-6a53-4d5e-9a53-0d4a6a1f2f10")]


def _word(row: catalogue.Upload) -> str:
    # Uploads are known by UUIDs: the leading digits stand where other lists have the row's number.
    return word_of(row.created_at, int(row.pk.hex[:15], 16))


def _shown(row: catalogue.Upload) -> Upload:
    return Upload.model_construct(
        id=str(row.pk),
        upload_url=site_url(f"/uploads/{row.pk.hex}"),
        state=row.state,
        file_name=row.file_name,
        folder=row.folder,
        size_bytes=row.size_bytes,
        created_at=row.created_at,
        expires_at=row.expires_at,
        recording_id=row.recording_id,
    )


@router.get("/uploads", auth=READ, response=UploadPage)
def open_uploads(request: ApiRequest, cursor: Cursor, limit: Limit) -> UploadPage:
    """Your unfinished uploads, the latest first: each can be gone on with at its `upload_url`.

    A new upload is a tus creation: POST to /uploads/ with your key (scope `upload`), `Tus-Resumable: 1.0.0`,
    `Upload-Length` and `Upload-Metadata` (base64 values): `filename`, `attested` ("true": you have the right to
    publish it), and where they apply `folder`, `batch` (a UUID that holds one drop together), `profile` (the id of one
    of your profiles) and `replaces` (the id of the track whose audio it shall be).
    """
    rows = [row for row in catalogue.open_uploads(request.caller.person) if not cursor or _word(row) < cursor]
    rows.sort(key=_word, reverse=True)
    more = next_href(request, _word(rows[limit - 1])) if len(rows) > limit else None
    return UploadPage.model_construct(collection=[_shown(row) for row in rows[:limit]], next_href=more)


@router.get("/uploads/{upload_id}", auth=READ, response=Upload)
def read_upload(request: ApiRequest, upload_id: UploadId) -> Upload:
    """One upload. When it is `received`, its recording can be watched at /recordings/{id}/ingest."""
    return _shown(catalogue.upload_for(request.caller.person, upload_id))


@router.delete("/uploads/{upload_id}", auth=UPLOAD, response={204: None})
def cancel_upload(request: ApiRequest, upload_id: UploadId) -> Status[None]:
    """Give an upload up, and its room. What was received already stays."""
    catalogue.cancel_upload(request.caller.person, upload_id)
    return Status(204, None)
