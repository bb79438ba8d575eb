internal import API
internal import ByteText
internal import Glibc
internal import HTTP
internal import Host
internal import Image
internal import Linux
internal import Overlord
internal import Snap
internal import SnapManager
internal import State

/// Installing from images that a client sends, and trying a directory: the multipart form of `POST /v2/snaps`.
extension DaemonService {
  /// Receives the form, an image straight into the place where images are, so that installing it is a rename.
  func sideload(_ request: Request, contentType: String) async throws -> Answer {
    var form = Form()
    do {
      try await receive(request, contentType, into: &form)
      let change = try install(form)
      return .async(change)
    } catch {
      for file in form.files { try? Files.remove(file.path) }
      throw error
    }
  }

  /// What has been received so far.
  private struct Form {
    struct File {
      var path: String
      var name: String
    }
    var fields: [String: String] = [:]
    var files: [File] = []

    func flag(_ field: SideloadField) -> Bool { fields[field.rawValue] == "true" }
  }

  private func receive(_ request: Request, _ contentType: String, into form: inout Form) async throws {
    var reader = try MultipartReader(contentType: contentType, body: request.stream)
    while let part = try await reader.nextPart() {
      guard part.name == SideloadField.snap.rawValue, let fileName = part.fileName else {
        form.fields[part.name] = String(decoding: try await reader.collect(), as: UTF8.self)
        continue
      }
      let path = try uploadPath()
      form.files.append(Form.File(path: path, name: fileName))
      let file = try OwnedFD.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: 0o600)
      do {
        try await reader.write(to: file.raw)
        // The one sync of an install: from here on the content survives a power cut.
        try file.sync(path: path)
      } catch {
        guard let full = error as? SyscallError, full.errno == ENOSPC || full.errno == EDQUOT else { throw error }
        throw APIFailure(
          507, "cannot copy request into temporary file: no space left on device", kind: .insufficientDiskSpace)
      }
    }
  }

  private func install(_ form: Form) throws -> ChangeID {
    let flags = SnapFlags(
      devmode: form.flag(.devmode), jailmode: form.flag(.jailmode), classic: form.flag(.classic))
    if flags.devmode && flags.jailmode {
      throw APIFailure.badRequest("cannot use devmode and jailmode flags together")
    }
    if flags.devmode && flags.classic {
      throw APIFailure.badRequest("cannot use classic and devmode flags together")
    }
    let aliasing: SnapSetup.Aliasing?
    switch (form.flag(.unaliased), form.flag(.prefer)) {
    case (true, true): throw APIFailure.badRequest("cannot use unaliased and prefer flags together")
    case (true, false): aliasing = .unaliased
    case (false, true): aliasing = .prefer
    case (false, false): aliasing = nil
    }
    let isTransaction: Bool
    switch form.fields[SideloadField.transaction.rawValue] {
    case nil, "", "per-snap": isTransaction = false
    case "all-snaps": isTransaction = true
    case let other?:
      throw APIFailure.badRequest(
        "transaction must be either \"per-snap\" or \"all-snaps\", found \"\(other)\"")
    }
    let request = InstallRequest(
      flags: flags, dangerous: form.flag(.dangerous), ignoreRunning: form.fields["ignore-running"] == "true",
      isTransaction: isTransaction, aliasing: aliasing)
    let instance = try form.fields[SideloadField.name.rawValue].flatMap { $0.isEmpty ? nil : try InstanceName($0) }

    if let action = form.fields[SideloadField.action.rawValue] {
      guard action == "try" else { throw APIFailure.badRequest("unknown action \"\(action)\"") }
      return try tryDirectory(form.fields["snap-path"] ?? "", request)
    }
    guard !form.files.isEmpty else {
      throw APIFailure.badRequest("cannot find \"snap\" file field in provided multipart/form-data payload")
    }
    guard instance == nil || form.files.count == 1 else {
      throw APIFailure.badRequest("unexpected options provided with multiple snaps: name")
    }
    let contents = form.files.map {
      InstallRequest.Content(source: .image(path: $0.path), fileName: $0.name, instance: instance)
    }
    do {
      return try overlord.snaps.install(contents, request).change
    } catch {
      guard error is ImageError || error is InvalidText || error is ContainerError else { throw error }
      throw APIFailure.badRequest("cannot read snap file: \(error)")
    }
  }

  private func tryDirectory(_ path: String, _ request: InstallRequest) throws -> ChangeID {
    guard path.hasBytePrefix("/") else {
      throw APIFailure.badRequest("cannot try \"\(path)\": need an absolute path")
    }
    guard try Files.status(path, followSymlinks: true)?.kind == .directory else {
      throw APIFailure(
        400, "cannot try \"\(path)\": not a snap directory", kind: .notSnap)
    }
    // Links are followed now, as the person who asked sees them, and never again: what they lead to later is not
    // what was tried.
    guard let real = realpath(path, nil) else { throw SyscallError("resolve", path: path, errno: errno) }
    defer { free(real) }
    let directory = String(cString: real)
    let content = InstallRequest.Content(source: .directory(path: directory), fileName: directory)
    do {
      return try overlord.snaps.install([content], request).change
    } catch let error as ImageError {
      throw APIFailure(400, "\(error)", kind: .notSnap)
    } catch let error as InvalidText {
      throw APIFailure.badRequest("cannot read snap info for \(path): \(error)")
    }
  }

  private func uploadPath() throws -> String {
    let random = (0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement().map(String.init) ?? "x" }
    return "\(overlord.directories.blobs)/\(SnapManager.uploadPrefix)\(random.joined())"
  }
}
