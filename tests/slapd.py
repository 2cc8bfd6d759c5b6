"""A real LDAP server for the tests: OpenLDAP's slapd in a temporary folder, without privileges, on the loopback.

Two trees: `PEOPLE` with the password policy overlay, and `ACTIVE` whose schema has Active Directory's names but none of
its behaviour. What changes in either is written down by the server itself (auditlog).
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import scratch
from tests.authority import Authority
from tests.dovecot import free_port

_USER = "nobody"
OPEN, ACTIVE = "dc=open,dc=example", "dc=active,dc=example"
PEOPLE, USERS = f"ou=people,{OPEN}", f"ou=people,{ACTIVE}"
ROOT_PASSWORD, SERVICE_PASSWORD = "root-of-the-tree-1", "of-the-service-2"

SCHEMA = """
objectidentifier Invented 1.3.6.1.4.1.4203.666.77
attributetype ( Invented:1 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( Invented:2 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( Invented:3 NAME 'pwdLastSet' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( Invented:4 NAME 'unicodePwd' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( Invented:5 NAME 'user' SUP organizationalPerson STRUCTURAL
  MAY ( sAMAccountName $ userAccountControl $ pwdLastSet $ unicodePwd ) )
objectclass ( Invented:6 NAME 'computer' SUP user STRUCTURAL )
"""

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {home}/active.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload auditlog
pidfile {home}/pid
TLSCACertificateFile {ca_file}
TLSCertificateFile {home}/server.pem
TLSCertificateKeyFile {home}/server.key
security simple_bind=128
sizelimit size.soft=50 size.hard=50 size.prtotal=unlimited

database mdb
suffix {open}
rootdn cn=root,{open}
rootpw {root_password}
directory {home}/open
overlay ppolicy
ppolicy_default cn=default,ou=policies,{open}
ppolicy_hash_cleartext
overlay auditlog
auditlog {home}/open.ldif

# The rights that docs/directories-and-desks.md asks for, and no others.
access to dn.subtree={people} attrs=userPassword
  by dn.exact=cn=correquests,ou=services,{open} =w
  by self =xw
  by anonymous auth
access to dn.subtree={people} attrs=pwdReset,pwdAccountLockedTime
  by dn.exact=cn=correquests,ou=services,{open} write
access to dn.subtree={people} attrs=entry
  by dn.exact=cn=correquests,ou=services,{open} write
  by dn.exact=cn=reader,ou=services,{open} read
  by self read
access to dn.exact={people} attrs=children
  by dn.exact=cn=correquests,ou=services,{open} write
access to dn.subtree={people} attrs=objectClass,uid,cn,sn,employeeType
  by dn.exact=cn=correquests,ou=services,{open} write
  by dn.exact=cn=reader,ou=services,{open} read
access to dn.subtree={people} attrs=pwdChangedTime
  by dn.exact=cn=correquests,ou=services,{open} read
access to dn.subtree=ou=services,{open} attrs=userPassword
  by anonymous auth
access to *
  by * none

database mdb
suffix {active}
rootdn cn=root,{active}
rootpw {root_password}
directory {home}/active
overlay auditlog
auditlog {home}/active.ldif
"""

TREES = f"""
dn: {OPEN}
objectClass: domain
dc: open

dn: ou=people,{OPEN}
objectClass: organizationalUnit
ou: people

dn: ou=services,{OPEN}
objectClass: organizationalUnit
ou: services

dn: cn=correquests,ou=services,{OPEN}
objectClass: person
cn: correquests
sn: correquests
userPassword: {SERVICE_PASSWORD}

dn: cn=reader,ou=services,{OPEN}
objectClass: person
cn: reader
sn: reader
userPassword: {SERVICE_PASSWORD}

dn: ou=policies,{OPEN}
objectClass: organizationalUnit
ou: policies

dn: cn=default,ou=policies,{OPEN}
objectClass: applicationProcess
objectClass: pwdPolicy
cn: default
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 3
pwdLockoutDuration: 600
pwdMinLength: 12
pwdCheckQuality: 2
pwdMustChange: TRUE
pwdAllowUserChange: TRUE
pwdInHistory: 0

"""
ACTIVE_TREE = f"""
dn: {ACTIVE}
objectClass: domain
dc: active

dn: ou=people,{ACTIVE}
objectClass: organizationalUnit
ou: people

"""


class NotInstalled(Exception):
    """slapd is not installed. Run `make setup-dev`."""


@dataclass
class Slapd:
    """A running server. `ldap` takes clear text and STARTTLS, `ldaps` is TLS from the first byte."""

    home: Path
    ldap: int
    ldaps: int
    authority: Authority
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        urls = f"ldap://127.0.0.1:{self.ldap}/ ldaps://127.0.0.1:{self.ldaps}/"
        command = [_program(), "-h", urls, "-f", str(self.home / "conf"), "-d", "0"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(_as_user(*command), stdin=quiet, stdout=quiet, stderr=quiet, cwd="/")
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.ldap)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError("slapd does not listen")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def written(self, tree: str) -> str:
        """What the server noted about its changes since the start, as LDIF."""
        path = self.home / f"{'active' if tree == ACTIVE else 'open'}.ldif"
        return path.read_text() if path.exists() else ""


def _program() -> str:
    for name in ("/usr/sbin/slapd", shutil.which("slapd") or ""):
        if name and Path(name).exists():
            return name
    raise NotInstalled(NotInstalled.__doc__)


def _as_user(*command: str) -> list[str]:
    return ["runuser", "-u", _USER, "--", *command] if os.geteuid() == 0 else list(command)


@contextmanager
def slapd() -> Iterator[Slapd]:
    """Start a server with both trees; everything is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="ldap-", dir=scratch.root()))
    try:
        authority = Authority(home)
        authority.issue("localhost", home / "server.pem", home / "server.key")
        names = {"home": home, "ca_file": authority.ca_file, "open": OPEN, "active": ACTIVE, "people": PEOPLE}
        (home / "conf").write_text(CONFIGURATION.format(root_password=ROOT_PASSWORD, **names))
        (home / "active.schema").write_text(SCHEMA)
        for tree, content in (("open", TREES), ("active", ACTIVE_TREE)):
            (home / tree).mkdir()
            (home / f"{tree}.start").write_text(content)
        if os.geteuid() == 0:
            shutil.chown(home, _USER)
            subprocess.run(["chown", "-R", str(pwd.getpwnam(_USER).pw_uid), str(home)], check=True)
        for base, tree in ((OPEN, "open"), (ACTIVE, "active")):
            load = [_program(), "-T", "add", "-f", str(home / "conf"), "-b", base, "-l", str(home / f"{tree}.start")]
            subprocess.run(_as_user(*load), check=True, capture_output=True)
        server = Slapd(home, free_port(), free_port(), authority)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
