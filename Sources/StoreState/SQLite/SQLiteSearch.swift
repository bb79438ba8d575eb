internal import JSONValues
internal import SQLite
internal import Snap

extension Schema {
  /// What snaps are found by. The full-text index (<https://sqlite.org/fts5.html>) keeps no copy of the texts; rows of
  /// `snap` have no lasting number of their own, so there is one here.
  static let search = """
    CREATE TABLE search_row (
      number INTEGER PRIMARY KEY, snap_id TEXT NOT NULL UNIQUE REFERENCES snap, popularity INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE search_tag (
      kind TEXT NOT NULL, value TEXT NOT NULL, snap_id TEXT NOT NULL REFERENCES snap, PRIMARY KEY (kind, value, snap_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX search_tag_snap ON search_tag (snap_id, kind);
    CREATE TABLE catalogue (
      name TEXT PRIMARY KEY, snap_id TEXT NOT NULL UNIQUE REFERENCES snap, version TEXT NOT NULL,
      confinement TEXT NOT NULL, apps TEXT NOT NULL, aliases TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE delta_refused (
      snap_id TEXT NOT NULL REFERENCES snap, source INTEGER NOT NULL, target INTEGER NOT NULL,
      PRIMARY KEY (snap_id, source, target)
    ) STRICT, WITHOUT ROWID;
    CREATE VIEW search_text AS
      SELECT search_row.number AS number, name, title, summary, description
      FROM search_row JOIN snap ON snap.id = search_row.snap_id;
    CREATE VIRTUAL TABLE search USING fts5 (
      name, title, summary, description, content = 'search_text', content_rowid = 'number', prefix = '2 3',
      tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO search_row (snap_id) SELECT id FROM snap;
    INSERT INTO search (search) VALUES ('rebuild');
    INSERT INTO search_tag (kind, value, snap_id)
      SELECT DISTINCT 'category', json_each.value, snap.id FROM snap, json_each(snap.metadata, '$.categories');

    CREATE TRIGGER search_snap_insert AFTER INSERT ON snap BEGIN
      INSERT INTO search_row (snap_id) VALUES (new.id);
      INSERT INTO search (rowid, name, title, summary, description)
        SELECT number, new.name, new.title, new.summary, new.description FROM search_row WHERE snap_id = new.id;
      INSERT OR IGNORE INTO search_tag (kind, value, snap_id)
        SELECT 'category', value, new.id FROM json_each(new.metadata, '$.categories');
    END;
    CREATE TRIGGER search_snap_update AFTER UPDATE OF name, title, summary, description ON snap BEGIN
      INSERT INTO search (search, rowid, name, title, summary, description)
        SELECT 'delete', number, old.name, old.title, old.summary, old.description
        FROM search_row WHERE snap_id = old.id;
      INSERT INTO search (rowid, name, title, summary, description)
        SELECT number, new.name, new.title, new.summary, new.description FROM search_row WHERE snap_id = new.id;
    END;
    CREATE TRIGGER search_snap_metadata AFTER UPDATE OF metadata ON snap BEGIN
      DELETE FROM search_tag WHERE snap_id = new.id AND kind = 'category';
      INSERT OR IGNORE INTO search_tag (kind, value, snap_id)
        SELECT 'category', value, new.id FROM json_each(new.metadata, '$.categories');
    END;
    CREATE TRIGGER search_snap_delete BEFORE DELETE ON snap BEGIN
      INSERT INTO search (search, rowid, name, title, summary, description)
        SELECT 'delete', number, old.name, old.title, old.summary, old.description
        FROM search_row WHERE snap_id = old.id;
      DELETE FROM search_row WHERE snap_id = old.id;
      DELETE FROM search_tag WHERE snap_id = old.id;
      DELETE FROM catalogue WHERE snap_id = old.id;
    END;
    """
}

extension SearchText {
  /// As SQLite's full-text index takes it: all words, each the whole or the beginning of one in the text. Words are
  /// letters and digits only, so nothing in them means anything to the index. Source: <https://sqlite.org/fts5.html>.
  var match: String { words.map { "\"\($0)\" *" }.joined(separator: " AND ") }
}

extension SQLiteReader {
  func search(_ query: SearchQuery) throws -> [String] {
    var values: [SQLValue] = []
    func parameter(_ value: SQLValue) -> String {
      values.append(value)
      return "?\(values.count)"
    }
    var tables = "snap JOIN search_row ON search_row.snap_id = snap.id"
    var conditions = ["NOT snap.is_private", "NOT snap.is_unlisted"]
    var order: [String] = []
    if let text = query.text, !text.words.isEmpty {
      tables += " JOIN search ON search.rowid = search_row.number"
      conditions.append("search MATCH \(parameter(.text(text.match)))")
      let name = parameter(.text(text.text))
      order.append("snap.name = \(name) DESC")
      order.append("substr(snap.name, 1, length(\(name))) = \(name) DESC")
      // Smaller is better for bm25. Each tenfold of downloads counts as much as a good match of the summary.
      order.append("bm25(search, 10.0, 6.0, 3.0, 1.0) - 0.5 * length(search_row.popularity)")
    } else {
      order.append("search_row.popularity DESC")
    }
    if let prefix = query.namePrefix {
      // The names between the prefix and what would be behind all that begin so.
      conditions.append("snap.name >= \(parameter(.text(prefix))) AND snap.name < \(parameter(.text(prefix + "{")))")
    }
    for (kind, value) in [("category", query.category), ("common-id", query.commonID)] {
      guard let value else { continue }
      conditions.append(
        "snap.id IN (SELECT snap_id FROM search_tag WHERE kind = '\(kind)' AND value = \(parameter(.text(value))))")
    }
    var released =
      "SELECT 1 FROM channel WHERE channel.snap_id = snap.id "
      + "AND channel.architecture IN ('all', \(parameter(.text(query.architecture.description))))"
    if let risk = query.risk { released += " AND channel.channel LIKE '%/\(risk.rawValue)'" }
    conditions.append("EXISTS (\(released))")
    order.append("snap.name")
    return try connection.all(
      "SELECT snap.id FROM \(tables) WHERE \(conditions.joined(separator: " AND ")) "
        + "ORDER BY \(order.joined(separator: ", ")) LIMIT \(parameter(.integer(query.limit)))", values
    ) { $0.text(0) }
  }

  func categories() throws -> [String] {
    try connection.all(
      """
      SELECT DISTINCT value FROM search_tag WHERE kind = 'category'
      AND snap_id IN (SELECT id FROM snap WHERE NOT is_private AND NOT is_unlisted) ORDER BY value
      """
    ) { $0.text(0) }
  }

  func catalogue(afterName: String, limit: Int) throws -> [CatalogueEntry] {
    try connection.all(
      """
      SELECT catalogue.name, version, confinement, apps, aliases, title, summary
      FROM catalogue JOIN snap ON snap.id = catalogue.snap_id
      WHERE catalogue.name > ? AND NOT is_private AND NOT is_unlisted ORDER BY catalogue.name LIMIT ?
      """, .text(afterName), .integer(limit)
    ) { row in
      func texts(_ column: Int) throws -> [String] {
        try JSONValue(parsing: row.text(column)).array?.compactMap(\.string) ?? []
      }
      return CatalogueEntry(
        name: row.text(0), version: row.text(1), title: row.text(5), summary: row.text(6), confinement: row.text(2),
        apps: try texts(3), aliases: try texts(4))
    }
  }

  func indexedGeneration() throws -> Int64? { try setting("indexed-generation").flatMap { Int64($0) } }
}

extension SQLiteWriter {
  func index(_ snapID: String, _ entry: CatalogueEntry?, commonIDs: [String]) throws {
    try connection.run("DELETE FROM catalogue WHERE snap_id = ?", .text(snapID))
    try connection.run("DELETE FROM search_tag WHERE snap_id = ? AND kind = 'common-id'", .text(snapID))
    for id in Set(commonIDs) {
      try connection.run(
        "INSERT INTO search_tag (kind, value, snap_id) VALUES ('common-id', ?, ?)", .text(id), .text(snapID))
    }
    guard let entry else { return }
    func list(_ texts: [String]) -> SQLValue { .text(JSONValue.array(texts.map { .string($0) }).text) }
    // Of a name that moved to another snap, the row of the other one is out of date.
    try connection.run(
      """
      INSERT OR REPLACE INTO catalogue (name, snap_id, version, confinement, apps, aliases) VALUES (?, ?, ?, ?, ?, ?)
      """, .text(entry.name), .text(snapID), .text(entry.version), .text(entry.confinement), list(entry.apps),
      list(entry.aliases))
  }

  func setIndexedGeneration(_ generation: Int64) throws { try setSetting("indexed-generation", "\(generation)") }

  func addDownloads(_ counts: [String: Int]) throws {
    for (id, count) in counts {
      try connection.run(
        "UPDATE search_row SET popularity = popularity + ? WHERE snap_id = ?", .integer(count), .text(id))
    }
  }
}
