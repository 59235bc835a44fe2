import Domain
import FoundationEssentials
import Glibc

/// The agent's folder: its key, what it was told, and what it has to report. Only its owner reads it. Each file is
/// written aside and renamed into place, so that a kill at any moment leaves the old one or the new one.
public struct StateFolder: Sendable {
    public static let standard = "/var/lib/garrison-agent"

    public let path: String

    public init(_ path: String) { self.path = path }

    package func create() throws(AgentError) {
        let isNew = mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else { throw failure() }
        guard chmod(path, 0o700) == 0 else { throw failure() }
        if isNew { try StateFolder.parent(of: path).sync() }
    }

    /// The folder that a path's last part is in.
    static func parent(of path: String) -> StateFolder {
        guard let slash = path.lastIndex(of: "/") else { return StateFolder(".") }
        return StateFolder(slash == path.startIndex ? "/" : String(path[..<slash]))
    }

    /// Nil when there is no such file.
    func read(_ name: String) throws(AgentError) -> [UInt8]? {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure()
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure()
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// On the disk when it returns.
    func write(_ bytes: [UInt8], to name: String) throws(AgentError) {
        let (draft, target) = ("\(path)/\(name).new", "\(path)/\(name)")
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure()
                close(descriptor)
                unlink(draft)
                throw error
            }
            done += count
        }
        let isWritten = fsync(descriptor) == 0
        let error = failure()
        close(descriptor)
        guard isWritten else {
            unlink(draft)
            throw error
        }
        guard rename(draft, target) == 0 else { throw failure() }
        try sync()
    }

    func remove(_ name: String) throws(AgentError) {
        guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else { throw failure() }
    }

    /// The names of files, sorted; drafts that were left behind are none.
    func names() throws(AgentError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw failure()
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != "..", !name.hasSuffix(".new") { names.append(name) }
        }
        return names.sorted()
    }

    /// The folder with all that is in it; one that is not there is no failure.
    func removeAll() throws(AgentError) {
        guard access(path, F_OK) == 0 else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw .state(path: path, reason: "it cannot be removed")
        }
    }

    func folder(_ name: String) -> StateFolder { StateFolder("\(path)/\(name)") }

    /// So that a rename survives the loss of power.
    func sync() throws(AgentError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    private func failure() -> AgentError { .state(path: path, reason: String(cString: strerror(errno))) }
}

/// Held by the one process that runs on a folder.
struct StateLock: ~Copyable {
    private let descriptor: Int32

    init(_ folder: StateFolder) throws(AgentError) {
        descriptor = open("\(folder.path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .state(path: folder.path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .alreadyRunning(path: folder.path)
        }
    }

    deinit { close(descriptor) }
}
