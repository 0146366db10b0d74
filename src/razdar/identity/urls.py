"""Addresses of sign-in, of the own second factors, of people and of approvals.

The library's own list of addresses is not included: sign-up, reset by mail, e-mail, phone and social pages do not
exist here. Names beginning with ``account_`` and ``mfa_`` are the ones by which the library finds its pages.
"""

from allauth.account import views as account
from allauth.mfa.base.views import authenticate
from django.urls import include, path

from razdar.identity import account_pages, bulk_pages, live, lock_pages, people_pages, views

_pages = [
    path("account/sessions/end/", views.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("account/app/picture.svg", views.totp_picture, name="totp-picture"),
    path("invitation/<str:token>/", views.accept_invitation, name="invitation"),
    path("people/", people_pages.people, name="people"),
    path("people/invite/", people_pages.invite, name="invite"),
    path("people/invite/many/", bulk_pages.invite_many, name="invite-many"),
    path("people/<uuid:person_id>/", account_pages.person, name="person"),
    path("people/<uuid:person_id>/roles/", people_pages.propose_role, name="propose-role"),
    path("people/<uuid:person_id>/roles/<uuid:grant_id>/<slug:act>/", people_pages.role, name="role"),
    path("people/<uuid:person_id>/sign-out/", account_pages.sign_out, name="sign-out-person"),
    path("people/<uuid:person_id>/unlock/", account_pages.unlock, name="unlock"),
    path("people/<uuid:person_id>/renew/", account_pages.renew, name="renew"),
    path("people/<uuid:person_id>/reset/", account_pages.reset, name="reset"),
    path("people/<uuid:person_id>/close/", account_pages.close, name="close"),
    path("people/<uuid:person_id>/reopen/", account_pages.reopen, name="reopen"),
    path("people/<uuid:person_id>/ask-observers/", account_pages.ask_observers, name="ask-observers"),
    path("people/<uuid:person_id>/leave/", account_pages.leave, name="leave"),
    path("approvals/", people_pages.requests, name="approvals"),
    path("approvals/news/", people_pages.news, name="approvals-news"),
    path("approvals/waiting/", people_pages.waiting, name="waiting"),
    path("approvals/<uuid:request_id>/<slug:act>/", people_pages.decide, name="decide"),
]

urlpatterns = [
    path("account/login/", views.sign_in, name="account_login"),
    path("account/login/code/", authenticate, name="mfa_authenticate"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/confirm/", views.confirm_password, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/", views.my_sign_in, name="mfa_index"),
    path("account/app/", views.TotpPage.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", views.RemoveTotpPage.as_view(), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", views.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/", views.my_sign_in, name="mfa_list_webauthn"),
    path("account/passkeys/add/", views.AddPasskeyPage.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", views.RenamePasskeyPage.as_view(), name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", views.RemovePasskeyPage.as_view(), name="mfa_remove_webauthn"),
    path("lock/", lock_pages.lock, name="lock"),
    path("lock/now/", lock_pages.lock_now, name="lock-now"),
    path("lock/state/", lock_pages.lock_state, name="lock-state"),
    path("step-up/", views.step_up, name="step_up"),
    path("workplace/", views.workplace, name="workplace"),
    path("live/", live.live, name="live"),
    path("reading/", views.reading, name="reading"),
    path("", include((_pages, "identity"))),
]
