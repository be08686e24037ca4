"""Addresses of those who run the site, and two for everybody: the source, and a development mailbox."""

from django.urls import URLPattern, URLResolver, path

from antiphon.web.operate import begin, cases, disputes, mailbox, moderation, overview, people, source, trail

urlpatterns: list[URLPattern | URLResolver] = [
    path("operate", overview.operate, name="operate"),
    path("operate/begin", begin.begin, name="operate_begin"),
    path("operate/jobs/<int:job_id>/revive", overview.revive, name="operate_revive"),
    path("operate/people", people.people, name="operate_people"),
    path("operate/people/<int:user_id>", people.person, name="operate_person"),
    path("operate/people/<int:user_id>/roles", people.roles, name="operate_roles"),
    path("operate/people/<int:user_id>/suspend", people.suspend, name="operate_suspend"),
    path("operate/people/<int:user_id>/unsuspend", people.unsuspend, name="operate_unsuspend"),
    path("operate/people/<int:user_id>/quota", people.quota, name="operate_quota"),
    path("operate/invitations", people.invitations, name="operate_invitations"),
    path(
        "operate/invitations/<int:invitation_id>/take-back",
        people.take_back_invitation,
        name="operate_take_back_invitation",
    ),
    path("operate/reports", cases.queue, name="operate_reports"),
    path("operate/reports/<int:case_id>", cases.case, name="operate_case"),
    path("operate/reports/<int:case_id>/claim", cases.claim, name="operate_claim"),
    path("operate/reports/<int:case_id>/note", cases.note, name="operate_note"),
    path("operate/reports/<int:case_id>/decide", cases.decide, name="operate_decide"),
    path("operate/reports/<int:case_id>/answer", cases.answer, name="operate_answer"),
    path("operate/disputes", disputes.queue, name="operate_disputes"),
    path("operate/disputes/<int:file_id>", disputes.dispute, name="operate_dispute"),
    path("operate/disputes/<int:file_id>/act", disputes.act, name="operate_dispute_act"),
    path("operate/trail", trail.trail, name="operate_trail"),
    path("operate/trail.csv", trail.trail_csv, name="operate_trail_csv"),
    path("operate/hide/<slug:kind>/<int:subject_id>", moderation.hide, name="operate_hide"),
    path("operate/unhide/<slug:kind>/<int:subject_id>", moderation.unhide, name="operate_unhide"),
    path("mailbox", mailbox.mailbox, name="mailbox"),
    path("source", source.source, name="source"),
    path("source/archive", source.archive, name="source_archive"),
]
