"""Settings become open adapters here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import ParamSpec

from tasks.adapters.desk import mapping
from tasks.adapters.desk.mail import MailDesk
from tasks.adapters.desk.rest import Access, RestDesk
from tasks.adapters.directory import Directory
from tasks.adapters.directory.local import LocalDirectory
from tasks.adapters.mailbox import Mailbox
from tasks.adapters.mailbox.maildir import MaildirMailbox
from tasks.adapters.mailbox.submission import Submission
from tasks.adapters.offenders import OffenderList
from tasks.adapters.offenders.csv_file import CsvOffenders
from tasks.adapters.usage import Feed
from tasks.adapters.usage.folder import FolderFeed
from tasks.desk_settings import DeskKind
from tasks.directory_settings import DirectoryKind, LdapKind
from tasks.mail_settings import Transport
from tasks.settings import Settings

P = ParamSpec("P")
_open: dict[Hashable, Mailbox] = {}


def mailbox(settings: Settings) -> Mailbox:
    """The mailbox that requests arrive in and notices leave from.

    One per thread and configuration, so that a connection, a token and the memory of a refused login outlive one
    look. A client library is imported only for the transport that needs it.
    """
    match settings.mailbox:
        case Transport.MAILDIR:
            assert settings.maildir is not None
            outgoing = settings.home / "outgoing"
            return _kept(MaildirMailbox, settings.maildir, outgoing=outgoing, submission=_submission(settings))
        case Transport.IMAP:
            return _imap(settings)
        case Transport.EWS:
            return _ews(settings)
        case Transport.GRAPH:
            return _graph(settings)


def _imap(settings: Settings) -> Mailbox:
    from tasks.adapters.mailbox.imap import ImapMailbox

    submission = _submission(settings)
    assert submission is not None
    return _kept(
        ImapMailbox,
        host=settings.imap_host,
        port=settings.imap_port,
        tls=settings.imap_tls,
        user=settings.imap_user,
        password=settings.imap_password,
        ca_file=settings.imap_ca_file,
        sent_folder=settings.imap_sent_folder,
        submission=submission,
    )


def _ews(settings: Settings) -> Mailbox:
    from tasks.adapters.mailbox.ews import EwsMailbox

    return _kept(
        EwsMailbox,
        address=settings.mailbox_address,
        endpoint=settings.ews_endpoint,
        auth=settings.ews_auth,
        user=settings.ews_user,
        password=settings.ews_password,
        access=settings.ews_access,
        ca_file=settings.ews_ca_file,
        scope=settings.ews_scope,
        tenant=settings.entra_tenant,
        client_id=settings.entra_client_id,
        certificate=settings.entra_certificate,
        authority=settings.entra_authority,
    )


def _graph(settings: Settings) -> Mailbox:
    from tasks.adapters.mailbox.graph import GraphMailbox

    assert settings.entra_certificate is not None
    return _kept(
        GraphMailbox,
        address=settings.mailbox_address,
        root=settings.graph_root,
        scope=settings.graph_scope,
        ca_file=settings.graph_ca_file,
        tenant=settings.entra_tenant,
        client_id=settings.entra_client_id,
        certificate=settings.entra_certificate,
        authority=settings.entra_authority,
    )


def _submission(settings: Settings) -> Submission | None:
    if not settings.smtp_host:
        return None
    return Submission(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=settings.smtp_password,
        ca_file=settings.smtp_ca_file,
    )


def _kept(kind: Callable[P, Mailbox], *args: P.args, **values: P.kwargs) -> Mailbox:
    key = (get_ident(), kind, args, tuple(values.items()))  # no connection is shared by two threads
    if key not in _open:
        _open[key] = kind(*args, **values)
    return _open[key]


def directory(settings: Settings) -> Directory | None:
    """Where accounts are enabled and get their passwords; None when IT does all of it by ticket."""
    match settings.directory:
        case DirectoryKind.LOCAL:
            return LocalDirectory(settings.database_url)
        case DirectoryKind.LDAP:
            return _ldap(settings)
        case DirectoryKind.NONE:
            return None


def _ldap(settings: Settings) -> Directory:
    from tasks.adapters.directory.ldap import ActiveDirectory, LdapDirectory, OpenLdap, Tree
    from tasks.adapters.directory.ldap_session import Server

    server = Server(
        host=settings.ldap_host,
        port=settings.ldap_port,
        tls=settings.ldap_tls,
        ca_file=settings.ldap_ca_file,
        user=settings.ldap_user,
        password=settings.ldap_password,
        timeout=settings.ldap_timeout_seconds,
    )
    tree = Tree(
        base=settings.ldap_base,
        user_dn=settings.ldap_user_dn,
        name_attribute=settings.ldap_name_attribute,
        object_classes=tuple(settings.ldap_object_classes),
        page_size=settings.ldap_page_size,
    )
    active = settings.ldap_kind is LdapKind.ACTIVE_DIRECTORY
    own = OpenLdap(settings.ldap_disabled_attribute, settings.ldap_disabled_value)
    return LdapDirectory(server, tree, ActiveDirectory() if active else own)


def desk(settings: Settings) -> MailDesk:
    """The IT service desk as it writes and reads mails. Its ticket mail is what a desk by REST is given, too."""
    return MailDesk(settings.desk_address)


def rest_desk(settings: Settings) -> RestDesk | None:
    """The IT service desk's REST interface; None when tickets go by mail. Raises `BadMapping`."""
    if settings.desk is not DeskKind.REST:
        return None
    access = Access(
        url=settings.desk_url,
        user=settings.desk_user,
        password=settings.desk_password,
        token=settings.desk_token,
        ca_file=settings.desk_ca_file,
        timeout=settings.desk_timeout_seconds,
    )
    return RestDesk(access, mapping.load(settings.desk_profile), settings.desk_values)


def usage_feeds(settings: Settings) -> list[tuple[str, Feed]]:
    """Where usage exports are laid down, each with its name in the registry."""
    feeds: list[tuple[str, Feed]] = []
    if settings.usage_folder:
        feeds.append(("folder", FolderFeed(settings.usage_folder)))
    if settings.usage_sftp_host:
        feeds.append(("sftp", _sftp(settings)))
    return feeds


def _sftp(settings: Settings) -> Feed:
    from tasks.adapters.usage.sftp import SftpFeed, SftpServer

    return SftpFeed(
        SftpServer(
            host=settings.usage_sftp_host,
            port=settings.usage_sftp_port,
            user=settings.usage_sftp_user,
            password=settings.usage_sftp_password,
            key=settings.usage_sftp_key,
            host_key=settings.usage_sftp_host_key,
            folder=settings.usage_sftp_folder,
        )
    )


def offenders(settings: Settings) -> OffenderList | None:
    """The list of offenders that requests are held against; None when there is none."""
    path = settings.offenders_file
    return _offenders(path, settings.offenders_max_age_days) if path else None


@lru_cache(maxsize=4)
def _offenders(path: Path, days: float) -> CsvOffenders:
    """One per file and process, so that it is read once and not for every look."""
    return CsvOffenders(path, timedelta(days=days))
