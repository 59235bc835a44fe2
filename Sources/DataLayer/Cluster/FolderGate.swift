import Glibc

/// A folder as the server's account can name it. Where a parent is closed to the account (a data
/// directory under root's 0700 home or a mktemp folder), the open folder itself is handed over, and
/// `/proc/self/fd/N` names it in every process of the server.
final class FolderGate: Sendable {
    /// The path to give to PostgreSQL.
    let path: String
    private let descriptor: Int32?
    private let number: Int32

    /// - Parameter number: the descriptor's number in the server; any that is not in use there.
    init(_ folder: String, for account: ServerAccount, number: Int32) throws(ClusterError) {
        self.number = number
        if account.canTraverse(folder) {
            path = folder
            descriptor = nil
            return
        }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .folder(path: folder, reason: systemReason()) }
        self.descriptor = descriptor
        path = "/proc/self/fd/\(number)"
    }

    deinit { if let descriptor { close(descriptor) } }

    /// What the server's process has to inherit.
    var inherited: [(from: Int32, to: Int32)] { descriptor.map { [($0, number)] } ?? [] }
}
