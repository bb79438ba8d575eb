internal import FoundationEssentials
internal import Linux

/// What is kept of the services of one snap: `library/supervisor/<instance>.json`.
struct InstanceRecord: Codable {
  var services: [ServiceDefinition]
  /// Names of units that start with the machine.
  var enabled: Set<String>
}

/// What a later daemon must know of a service that runs, or failed: `runtime/supervisor/state/<unit>.json`.
struct ServiceRecord: Codable {
  enum Phase: String, Codable { case starting, active, exited, stopping, failed }

  var phase: Phase
  /// Processes are only looked for in the boot that they were started in.
  var bootID: String
  var invocation: String
  var sessions: Set<Int32>
  var controlGroup: String?
  var mainPID: Int32?
  var mainStartTime: UInt64?
  var result: ServiceResult
  var exitStatus: Int32?
}

/// What a later daemon must know of a socket that listens: `runtime/supervisor/state/<unit>.json`.
struct SocketRecord: Codable {
  var bootID: String
  /// The process that has it as descriptor 3.
  var holder: Int32
  var holderStartTime: UInt64
}

/// The same of a timer.
struct TimerRecord: Codable {
  var bootID: String
  /// Seconds since 1970 at which it was started or last fired.
  var since: Int64
}

/// Small files of JSON, written aside and renamed.
enum RecordFile {
  static func read<T: Decodable>(_ type: T.Type, at path: String) throws -> T? {
    let bytes: [UInt8]
    do {
      bytes = try Files.read(path, limit: 16 << 20)
    } catch {
      if error.errno == 2 { return nil }
      throw error
    }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw ServiceError.files(reason: "cannot read \(path): it is not what was written there")
    }
  }

  static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data: Data
    do {
      data = try encoder.encode(value)
    } catch {
      throw ServiceError.files(reason: "cannot encode \(path)")
    }
    try Files.writeAtomically(Array(data), to: path, mode: 0o600)
  }
}
