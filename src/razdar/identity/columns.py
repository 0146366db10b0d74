"""The data classes of the tables that libraries made: Django, the sign-in library, the queue, the cache.

Our own models say theirs beside their columns. What is personal here is of staff; customers' data never gets into a
library's table: jobs carry ids only, and the cache holds counters under digests.
"""

from collections.abc import Mapping
from types import MappingProxyType

from razdar.core.disclosure import DataClass, columns

LIBRARY_TABLES: Mapping[str, Mapping[str, DataClass]] = MappingProxyType(
    {
        "account_emailaddress": columns(technical="id verified primary", staff_hr="email user_id"),
        "account_emailconfirmation": columns(technical="id created sent key email_address_id"),
        "auth_group": columns(technical="id", setting="name"),
        "auth_group_permissions": columns(technical="id group_id permission_id"),
        "auth_permission": columns(technical="id name content_type_id codename"),
        "django_content_type": columns(technical="id app_label model"),
        "django_migrations": columns(technical="id app name applied"),
        "mfa_authenticator": columns(technical="id type created_at", staff_hr="data user_id last_used_at"),
        "procrastinate_events": columns(technical="id job_id type at"),
        "procrastinate_jobs": columns(
            technical="id queue_name task_name lock args status scheduled_at attempts queueing_lock priority "
            "abort_requested worker_id"
        ),
        "procrastinate_periodic_defers": columns(technical="id task_name defer_timestamp job_id periodic_id"),
        "procrastinate_workers": columns(technical="id last_heartbeat"),
        "razdar_cache": columns(technical="cache_key value expires"),
    }
)
"""Table to column to class; the addresses in ``account_emailaddress`` do not exist: staff have none here."""
