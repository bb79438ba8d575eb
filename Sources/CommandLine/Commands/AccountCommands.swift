import API
import Client

/// `snap login`
enum LoginCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "login", summary: "Authenticate to snapd and the store",
      help: """
        The login command authenticates the user to snapd and the store, and saves credentials into ~/.snap/auth.json. \
        Further communication with snapd will then be made using those credentials.

        It's not necessary to log in to interact with snapd. Doing so, however, enables access to private snaps and \
        to the developer-only features of a store.

        With several stores, it is the first that is logged in to.
        """,
      positionals: [.init("<email>", .optional, help: "The address that the store knows")])
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    guard let credentials = context.credentials else { throw Failure("cannot find the user's home") }
    func ask(_ question: String, isSecret: Bool = false) throws -> String {
      context.out.write(question)
      context.out.flush()
      return try context.typed(isSecret)
    }
    let email = try arguments.positional(0) ?? ask("Email address: ")
    let password = try ask("Password of \(quoted(email)): ", isSecret: true)
    var instruction = LoginInstruction(email: email, password: password)
    var questions = ["Two-factor code: ", "Bad code. Try again: ", "Wrong again. Once more: "]
    while true {
      let user: UserJSON?
      do throws(ClientError) {
        user = try context.client.sync("POST", "/v2/login", body: instruction, as: UserJSON.self)
      } catch {
        let wantsSecondFactor = error.kind == .twoFactorRequired || error.kind == .twoFactorFailed
        guard wantsSecondFactor, !questions.isEmpty else { throw error }
        user = nil
      }
      if let user {
        do { try credentials.write(user) } catch { throw Failure("cannot persist login information: \(error)") }
        context.out.line("Login successful")
        return
      }
      instruction.otp = try ask(questions.removeFirst())
    }
  }
}

/// `snap logout`
enum LogoutCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "logout", summary: "Log out of snapd and the store",
      help: "The logout command logs the current user out of snapd and the store.")
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let _: JSONValue = try context.client.sync("POST", "/v2/logout")
    try context.credentials?.remove()
  }
}

/// `snap whoami`
enum WhoamiCommand: Command {
  static var grammar: Grammar {
    Grammar(
      name: "whoami", summary: "Show the email the user is logged in with",
      help: "The whoami command shows the email the user is logged in with.")
  }

  static func run(_ arguments: Arguments, in context: Context) throws {
    let email = try context.credentials?.read()?.email ?? ""
    context.out.line("email: \(email.isEmpty ? "-" : email)")
  }
}
