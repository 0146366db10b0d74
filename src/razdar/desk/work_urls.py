"""Addresses of the desk where agents and their supervisors work; they stand in the namespace of `desk`."""

from django.urls import path

from razdar.desk import access_pages, agent_pages, code_pages, note_pages, supervisor_pages, wrap_up_pages

urlpatterns = [
    path("", agent_pages.agent, name="agent"),
    path("now/", agent_pages.now, name="now"),
    path("customers/<uuid:customer>/", agent_pages.customer, name="customer"),
    path("customers/<uuid:customer>/state/", agent_pages.customer_state, name="customer-state"),
    path("customers/<uuid:customer>/ask/", access_pages.ask, name="ask"),
    path("customers/<uuid:customer>/notes/", note_pages.save, name="note-save"),
    path("customers/<uuid:customer>/notes/check/", note_pages.check, name="note-check"),
    path("customers/<uuid:customer>/notes/draft/", note_pages.draft, name="note-draft"),
    path("customers/<uuid:customer>/notes/<uuid:note>/", note_pages.change, name="note-change"),
    path("customers/<uuid:customer>/notes/<uuid:note>/withdraw/", note_pages.withdraw, name="note-withdraw"),
    path("customers/<uuid:customer>/notes/<uuid:note>/before/", note_pages.before, name="note-before"),
    path("contacts/", supervisor_pages.listed, name="contacts"),
    path("contacts/<uuid:interaction>/", supervisor_pages.given, name="given"),
    path("contacts/<uuid:interaction>/end/", wrap_up_pages.say, name="wrap-up"),
    path("contacts/<uuid:interaction>/end/<uuid:said>/undo/", wrap_up_pages.take_back, name="wrap-up-undo"),
    path("contacts/<uuid:interaction>/give/", supervisor_pages.give, name="give"),
    path("contacts/<uuid:interaction>/give/<uuid:handed>/undo/", supervisor_pages.give_back, name="give-back"),
    path("recordings/", supervisor_pages.recordings, name="recordings"),
    path("team/", supervisor_pages.team, name="team"),
    path("team/<uuid:person>/sign-out/", supervisor_pages.sign_out, name="sign-out"),
    path("requests/", access_pages.requests, name="requests"),
    path("requests/<uuid:request_id>/approve/", access_pages.approve, name="request-approve"),
    path("requests/<uuid:request_id>/refuse/", access_pages.refuse, name="request-refuse"),
    path("codes/", code_pages.listed, name="codes"),
    path("codes/<uuid:code>/", code_pages.rename, name="code"),
    path("codes/<uuid:code>/<slug:act>/", code_pages.act, name="code-act"),
]
