import API
import ByteText
import Client

/// `snap create-cohort`
enum CreateCohortCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "create-cohort", summary: "Create cohort keys for a series of snaps",
      help: """
        The create-cohort command creates a set of cohort keys for a given set of snaps.

        A cohort is a view or snapshot of a snap's channel map at a given point in time that fixes the set of \
        revisions for the snap given other constraints (e.g. channel or architecture). The cohort is then \
        identified by an opaque per-snap key that works across systems. Installations or refreshes of the snap using \
        a given cohort key would use a fixed revision for up to 90 days, after which a new set of revisions would be \
        fixed under that same cohort key and a new 90 days window started.
        """,
      positionals: [.init("<snap>", .atLeastOne)])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let instruction = CohortInstruction(action: "create", snaps: arguments.positionals)
    let keys: [String: String]
    do throws(ClientError) {
      keys = try context.client.sync("POST", "/v2/cohorts", body: instruction, as: [String: String].self)
    } catch {
      if error.kind == .networkTimeout || error.kind == .dnsFailure { throw Failure("unable to contact snap store") }
      throw error.origin == .daemon ? error.prefixed("cannot create cohorts") : error
    }
    guard !keys.isEmpty else { return }
    context.out.line("cohorts:")
    for (snap, key) in keys.sorted(by: { $0.key < $1.key }) {
      context.out.line("  \(YAMLText.scalar(snap)):\n    cohort-key: \(YAMLText.scalar(key))")
    }
  }
}

/// Text as YAML reads it back.
enum YAMLText {
  /// On one line: plain where that is no risk, else in quotation marks.
  static func scalar(_ text: String) -> String {
    let first = text.utf8.first.map { byte in
      byte.isASCIIAlphanumeric
    }
    let isPlain =
      first == true
      && text.utf8.allSatisfy { byte in
        byte.isASCIIAlphanumeric
          || "-_.+/=".utf8.contains(byte)
      }
    return isPlain ? text : quoted(text)
  }
}
