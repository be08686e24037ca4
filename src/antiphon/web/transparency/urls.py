"""Addresses of the register, the ledger and the check."""

from django.urls import path

from antiphon.web.transparency import ledger, proofs, register

urlpatterns = [
    path("transparency", register.transparency_page, name="transparency"),
    path("transparency/ledger", ledger.explorer, name="ledger"),
    path("transparency/ledger/<int:index>", ledger.entry, name="ledger_entry"),
    path("transparency/ledger/<int:index>/proof", ledger.proof, name="ledger_proof"),
    path("proofs/acts/<slug:uid>", proofs.act, name="proof_of_act"),
    path("proofs/jobs/<slug:uid>/<int:recording_id>", proofs.absence, name="proof_of_absence"),
    path("verify", proofs.verify, name="verify"),
]
