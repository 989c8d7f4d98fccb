"""Triggers that let nobody change or remove what stands in the audit log, whichever way he comes (O4).

A database's owner can drop them; the signed heads (`heads`) then still show what was cut.
"""

from django.db import connection, transaction

from foundation.core.crypto.models import CryptoKey
from foundation.core.flow.models import AuditEntry, AuditPayload

ENTRIES, PAYLOADS = AuditEntry._meta.db_table, AuditPayload._meta.db_table
KEYS = CryptoKey._meta.db_table

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION linli_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = '{PAYLOADS}' AND TG_OP = 'UPDATE' THEN
        -- Erasing (PIPL 47) happens once.
        IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.seq = OLD.seq THEN RETURN NEW; END IF;
        -- A new key seals it anew; that it is still the same is what its digest in the chain shows.
        IF OLD.erased_at IS NULL AND NEW.erased_at IS NULL AND NEW.seq = OLD.seq AND length(OLD.data) > 1
            AND length(NEW.data) > 1 AND get_byte(NEW.data, 1) <> get_byte(OLD.data, 1) AND EXISTS (
                SELECT 1 FROM {KEYS}
                WHERE purpose = 'field' AND state = 'write' AND number = get_byte(NEW.data, 1)
            ) THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'the audit log only grows';
END $$;
CREATE OR REPLACE TRIGGER linli_audit_entry_stays BEFORE UPDATE OR DELETE ON {ENTRIES}
    FOR EACH ROW EXECUTE FUNCTION linli_audit_stays();
CREATE OR REPLACE TRIGGER linli_audit_payload_stays BEFORE UPDATE OR DELETE ON {PAYLOADS}
    FOR EACH ROW EXECUTE FUNCTION linli_audit_stays();
CREATE OR REPLACE TRIGGER linli_audit_entries_stay BEFORE TRUNCATE ON {ENTRIES}
    FOR EACH STATEMENT EXECUTE FUNCTION linli_audit_stays();
CREATE OR REPLACE TRIGGER linli_audit_payloads_stay BEFORE TRUNCATE ON {PAYLOADS}
    FOR EACH STATEMENT EXECUTE FUNCTION linli_audit_stays();
"""  # noqa: S608 - our own tables' names
# SQLite's INSERT OR REPLACE takes the old row away without its DELETE trigger.
SQLITE = (
    f"""CREATE TRIGGER linli_audit_entry_again BEFORE INSERT ON {ENTRIES}
        WHEN EXISTS (SELECT 1 FROM {ENTRIES} WHERE seq = NEW.seq OR digest = NEW.digest)
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",  # noqa: S608 - our own tables' names
    f"""CREATE TRIGGER linli_audit_payload_again BEFORE INSERT ON {PAYLOADS}
        WHEN EXISTS (SELECT 1 FROM {PAYLOADS} WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",  # noqa: S608
    f"""CREATE TRIGGER linli_audit_entry_change BEFORE UPDATE ON {ENTRIES}
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    f"""CREATE TRIGGER linli_audit_entry_removal BEFORE DELETE ON {ENTRIES}
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    f"""CREATE TRIGGER linli_audit_payload_change BEFORE UPDATE ON {PAYLOADS}
        WHEN OLD.erased_at IS NOT NULL OR NEW.seq <> OLD.seq OR (NEW.erased_at IS NULL AND NOT (
            length(OLD.data) > 1 AND length(NEW.data) > 1 AND substr(NEW.data, 2, 1) <> substr(OLD.data, 2, 1)
            AND EXISTS (SELECT 1 FROM {KEYS} WHERE purpose = 'field' AND state = 'write'
                AND printf('%02X', number) = hex(substr(NEW.data, 2, 1)))
        ))
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",  # noqa: S608
    f"""CREATE TRIGGER linli_audit_payload_removal BEFORE DELETE ON {PAYLOADS}
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
)


def install() -> None:
    """Put the triggers in place, in the form that this release knows; at no moment are there none."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
        else:
            for statement in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {statement.split()[2]}")
                # Without parameters a per cent sign is only itself.
                cursor.execute(statement)
