"""Addresses of the register, the ledger and the check."""

from django.urls import path

from antiphon.web.transparency import ledger, proofs, register

urlpatterns = [
    path("transparency", register.transparency_page, name="transparency"),
    path("transparency/ledger", ledger.explorer, name="ledger"),
    path("transparency/ledger/<int:index>", ledger.entry, name="ledger_entry"),
    path("transparency/ledger/<int:index>/proof", ledger.proof, name="ledger_proof"),
    path("verify", proofs.verify, name="verify"),
]
