internal import CommandGrammar
internal import Dispatch
internal import Glibc
internal import HTTP
internal import Host
internal import Linux
internal import Synchronization

/// `snap-store serve`.
enum ServeCommand: StoreCommand {
  static let grammar = Grammar(
    name: "serve", summary: "Serve a store",
    help: """
      The serve command serves a store to devices and publishers until it gets SIGTERM or SIGINT; then it finishes what \
      it is doing. SIGHUP has it read the certificate again and open its log again. Several processes can serve one \
      directory.
      """,
    options: [
      .value(
        "listen", label: "<place>",
        "Where: HOST:PORT, :PORT for all addresses, or unix:PATH; may be given several times (default: 127.0.0.1:8080)"),
      .value("tls-certificate", label: "<file>", "Speak TLS with this certificate (PEM, with those that vouch for it)"),
      .value("tls-key", label: "<file>", "The certificate's key (PEM)"),
      .value("log", label: "<file>", "Where to log, a JSON object a line, instead of standard error"),
      .value("grace", label: "<seconds>", preset: "30", "How long requests may take once it is told to end"),
    ], positionals: [.directory])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws {
    var listeners: [Listener] = []
    let places = arguments.all("listen")
    for place in places.isEmpty ? ["127.0.0.1:8080"] : places { listeners.append(try listener(place)) }
    var security: TransportSecurity?
    switch (arguments.value("tls-certificate"), arguments.value("tls-key")) {
    case (let certificate?, let key?): security = try TransportSecurity(certificate: certificate, key: key)
    case (nil, nil): break
    default: throw CommandFailure("cannot speak TLS: --tls-certificate and --tls-key are needed together")
    }
    guard let grace = arguments.number("grace"), (0...3600).contains(grace) else {
      throw CommandFailure("cannot use grace: 0 to 3600 seconds are expected")
    }
    let log = try ServerLog(path: arguments.value("log"), now: StoreContext.systemClock)
    // While there is one thread: those made later inherit it.
    ServeSignals.block()
    let metrics = Metrics()
    let context = try arguments.directory.open(metrics: metrics)
    let server = try StoreServing(context, metrics: metrics, log: log)
    try server.run(listeners, security, grace: .seconds(grace)) { ports in
      for port in ports { StoreProgram.emit("serving at port \(port)\n", STDOUT_FILENO) }
    }
  }

  private static func listener(_ place: String) throws -> Listener {
    if place.hasPrefix("unix:") { return .unix(.path(String(place.dropFirst(5)), name: "store")) }
    guard let listener = Listener(address: place) else {
      throw CommandFailure("cannot listen at \(quoted(place)): HOST:PORT, :PORT or unix:PATH is expected")
    }
    return listener
  }
}
