/// What the tables are, and how they came to be so. A step that is out is never changed: what comes later is a new one.
enum Schema {
  /// Each takes the database from the version that is its place to the next.
  static let steps = [first, Schema.triggers, Schema.search, Schema.deviceIndex, Schema.deltaClaims]

  private static let first = """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE nonce (nonce TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX nonce_until ON nonce (until);
    CREATE TABLE store_key (
      id TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER
    ) STRICT;
    CREATE TABLE event (kind TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX event_subject ON event (kind, subject, at);
    CREATE INDEX event_at ON event (kind, at);

    CREATE TABLE account (
      id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
      email TEXT NOT NULL COLLATE NOCASE UNIQUE, password TEXT, validation TEXT NOT NULL, is_admin INTEGER NOT NULL,
      is_disabled INTEGER NOT NULL, created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE session (
      id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account, description TEXT NOT NULL,
      root_key BLOB NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, is_revoked INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX session_account ON session (account_id);
    CREATE TABLE device (
      brand_id TEXT NOT NULL, model TEXT NOT NULL, serial TEXT NOT NULL, key_id TEXT NOT NULL,
      created_at INTEGER NOT NULL, PRIMARY KEY (brand_id, model, serial)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_key ON device (brand_id, model, key_id);

    CREATE TABLE snap (
      id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, publisher_id TEXT NOT NULL REFERENCES account,
      is_private INTEGER NOT NULL, is_unlisted INTEGER NOT NULL, default_track TEXT, title TEXT NOT NULL,
      summary TEXT NOT NULL, description TEXT NOT NULL, metadata TEXT NOT NULL, declaration TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX snap_publisher ON snap (publisher_id);
    CREATE TABLE collaborator (
      snap_id TEXT NOT NULL REFERENCES snap, account_id TEXT NOT NULL REFERENCES account, is_accepted INTEGER NOT NULL,
      created_at INTEGER NOT NULL, PRIMARY KEY (snap_id, account_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX collaborator_account ON collaborator (account_id);
    CREATE TABLE track (
      snap_id TEXT NOT NULL REFERENCES snap, name TEXT NOT NULL, version_pattern TEXT, automatic_phasing REAL,
      created_at INTEGER NOT NULL, PRIMARY KEY (snap_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE reserved_name (name TEXT PRIMARY KEY, account_id TEXT, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE dispute (
      name TEXT NOT NULL, account_id TEXT NOT NULL, comment TEXT NOT NULL, created_at INTEGER NOT NULL,
      PRIMARY KEY (name, account_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE revision (
      snap_id TEXT NOT NULL REFERENCES snap, number INTEGER NOT NULL, digest BLOB NOT NULL, size INTEGER NOT NULL,
      version TEXT NOT NULL, type TEXT NOT NULL, base TEXT NOT NULL, confinement TEXT NOT NULL, grade TEXT NOT NULL,
      epoch TEXT NOT NULL, architectures TEXT NOT NULL, snap_yaml TEXT NOT NULL, provenance TEXT NOT NULL,
      status TEXT NOT NULL, notes TEXT NOT NULL, uploaded_by TEXT NOT NULL, created_at INTEGER NOT NULL,
      PRIMARY KEY (snap_id, number)
    ) STRICT;
    CREATE INDEX revision_digest ON revision (digest);
    CREATE INDEX revision_review ON revision (status) WHERE status = 'review';
    CREATE TABLE delta (
      snap_id TEXT NOT NULL REFERENCES snap, source INTEGER NOT NULL, target INTEGER NOT NULL, format TEXT NOT NULL,
      digest BLOB NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (snap_id, source, target, format)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX delta_digest ON delta (digest);
    CREATE TABLE metric (
      snap_id TEXT NOT NULL REFERENCES snap, name TEXT NOT NULL, day TEXT NOT NULL, bucket TEXT NOT NULL,
      value INTEGER NOT NULL, PRIMARY KEY (snap_id, name, day, bucket)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE channel (
      snap_id TEXT NOT NULL REFERENCES snap, architecture TEXT NOT NULL, channel TEXT NOT NULL,
      revision INTEGER NOT NULL, released_at INTEGER NOT NULL, expires_at INTEGER, share INTEGER,
      is_paused INTEGER NOT NULL, others INTEGER, PRIMARY KEY (snap_id, architecture, channel)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
      id INTEGER PRIMARY KEY, snap_id TEXT NOT NULL REFERENCES snap, architecture TEXT NOT NULL, channel TEXT NOT NULL,
      revision INTEGER, expires_at INTEGER, share INTEGER, is_paused INTEGER NOT NULL, others INTEGER,
      at INTEGER NOT NULL, account_id TEXT NOT NULL
    ) STRICT;
    CREATE INDEX history_snap ON history (snap_id, architecture, channel, at);
    CREATE INDEX history_revision ON history (snap_id, revision);
    CREATE TABLE hold (
      id INTEGER PRIMARY KEY, snap_id TEXT NOT NULL REFERENCES snap, reason TEXT NOT NULL, created_at INTEGER NOT NULL,
      until INTEGER NOT NULL, ended_at INTEGER, ended_by TEXT
    ) STRICT;
    CREATE INDEX hold_snap ON hold (snap_id) WHERE ended_at IS NULL;
    CREATE TABLE held_release (
      id INTEGER PRIMARY KEY, snap_id TEXT NOT NULL REFERENCES snap, architecture TEXT NOT NULL, channel TEXT NOT NULL,
      revision INTEGER NOT NULL, released_at INTEGER NOT NULL, expires_at INTEGER, share INTEGER,
      is_paused INTEGER NOT NULL, others INTEGER, account_id TEXT NOT NULL
    ) STRICT;
    CREATE INDEX held_release_snap ON held_release (snap_id);

    CREATE TABLE assertion (
      type TEXT NOT NULL, key TEXT NOT NULL, sequence INTEGER NOT NULL, format INTEGER NOT NULL,
      revision INTEGER NOT NULL, sign_key TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (type, key, sequence, format)
    ) STRICT;
    CREATE INDEX assertion_sign_key ON assertion (sign_key);
    CREATE TABLE assertion_index (
      type TEXT NOT NULL, header TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, sequence INTEGER NOT NULL,
      PRIMARY KEY (type, header, value, key, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE upload (
      id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account, digest BLOB NOT NULL, size INTEGER NOT NULL,
      status TEXT NOT NULL, snap_id TEXT, revision INTEGER, request TEXT NOT NULL, errors TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX upload_status ON upload (status, created_at);
    CREATE INDEX upload_snap ON upload (snap_id, created_at);
    CREATE INDEX upload_digest ON upload (digest);

    CREATE TABLE change (generation INTEGER PRIMARY KEY AUTOINCREMENT, snap_id TEXT NOT NULL) STRICT;
    """

  /// All that devices are told of a snap whatever its revision, apart from the wide rows that people read.
  private static let deviceIndex = """
    CREATE INDEX snap_device ON snap (id, name, publisher_id, is_private, is_unlisted, default_track);
    """

  /// Processes that share a store each make what is left to be made.
  private static let deltaClaims = """
    CREATE TABLE delta_claim (
      snap_id TEXT NOT NULL REFERENCES snap, source INTEGER NOT NULL, target INTEGER NOT NULL,
      claimant TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (snap_id, source, target)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whoever changes something that devices see leaves a row in `change`, whatever code it was.
  private static let triggers: String = {
    var sql = ""
    for (table, column) in [
      ("snap", "id"), ("collaborator", "snap_id"), ("revision", "snap_id"), ("delta", "snap_id"),
      ("channel", "snap_id"), ("track", "snap_id"),
    ] {
      for (event, row) in [("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")] {
        sql += """
          CREATE TRIGGER \(table)_\(event.lowercased()) AFTER \(event) ON \(table)
          BEGIN INSERT INTO change (snap_id) VALUES (\(row).\(column)); END;

          """
      }
    }
    sql += """
      CREATE TRIGGER account_update AFTER UPDATE OF username, display_name, validation ON account
      BEGIN INSERT INTO change (snap_id) SELECT id FROM snap WHERE publisher_id = new.id; END;
      """
    return sql
  }()
}
