internal import Glibc
internal import Linux

/// Asks the person at the screen.
struct Dialog: Sendable {
  let session: Session

  /// How long a person may take; the reference's.
  static let patience = 300

  /// - Returns: whether they said yes. No answer is a no.
  /// - Throws: when nobody can be asked.
  func ask(title: String, _ question: String) throws(BusFailure) -> Bool {
    let footer = "This dialog will close automatically after 5 minutes of inactivity."
    let words: [String]
    if session.desktops.contains("KDE"), let program = session.program("kdialog") {
      words = [program, "--title=\(title)", "--yesno=\(question)\n\n\(footer)"]
    } else if let program = session.program("zenity") {
      words = [
        program, "--question", "--modal", "--width=500", "--title=\(title)", "--no-markup",
        "--text=\(question)\n\n\(footer)", "--timeout=\(Self.patience)",
      ]
    } else if let program = session.program("kdialog") {
      words = [program, "--title=\(title)", "--yesno=\(question)\n\n\(footer)"]
    } else {
      throw BusFailure("cannot create a UI: please install zenity or kdialog")
    }
    do {
      let result = try ChildProcess.run(
        words, environment: session.environment, captureLimit: 1 << 12, timeout: .seconds(Self.patience + 10))
      return !result.timedOut && result.status == .exited(0)
    } catch {
      throw BusFailure("cannot create a UI: \(error)")
    }
  }
}
