import Linux

/// The tables of facts beside the tests, by row.
enum Tables {
  /// One thing that the reference lets a side do.
  struct Access: CustomStringConvertible {
    var interface: String
    var side: String
    var kind: String
    var subject: String
    var access: String

    var description: String { "\(interface)\t\(side)\t\(kind)\t\(subject)\t\(access)" }
  }

  static func access() throws -> [Access] {
    try rows("interface-access.tsv", separator: "\t").dropFirst().map { row in
      Access(interface: row[0], side: row[1], kind: row[2], subject: row[3], access: row.count > 4 ? row[4] : "")
    }
  }

  /// Rows by their headings.
  static func interfaces() throws -> [[String: String]] {
    let rows = try rows("interfaces.csv", separator: ",")
    let headings = rows[0]
    return rows.dropFirst().map { Dictionary(zip(headings, $0), uniquingKeysWith: { $1 }) }
  }

  /// Fields may stand in quotes, where a quote is doubled.
  private static func rows(_ name: String, separator: Character) throws -> [[String]] {
    let directory = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let bytes = try Files.read("/\(directory)/Tables/\(name)", limit: 4 << 20)
    return String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self).split(separator: "\n").map { line in
      var fields = [""]
      var isQuoted = false
      var previous: Character = " "
      for character in line {
        if character == "\"" {
          if !isQuoted, previous == "\"" { fields[fields.count - 1].append("\"") }
          isQuoted.toggle()
        } else if character == separator, !isQuoted {
          fields.append("")
        } else {
          fields[fields.count - 1].append(character)
        }
        previous = character == "\"" && !isQuoted ? "\"" : " "
      }
      return fields
    }
  }
}
