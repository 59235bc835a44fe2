import Domain
import Glibc

/// Takes the agent off this machine: isolation is lifted, the server forgets its key, the folder goes.
public enum Uninstall {
    /// - Returns: why the server could not be told; nil when it was, or there was nothing to tell.
    public static func run(_ folder: StateFolder) async throws -> String? {
        let identity = try AgentIdentity.load(folder)
        let lock = try StateLock(folder)
        if try folder.read("isolated") != nil { try Isolation.lift() }
        var problem: String?
        if let key = identity.signingKey {
            let address = try ServerAddress(identity.server, allowsPlainHTTP: identity.allowsPlainHTTP)
            let link = try ServerLink(address, authorities: identity.authorities)
            do { try await AgentClient(link, identity, key).leave() } catch let error as AgentError {
                problem = error.message
            }
            await link.close()
        }
        try folder.folder("patches").removeAll()
        let queue = folder.folder("queue")
        for name in try queue.names() { try queue.remove(name) }
        rmdir(queue.path)
        for name in try folder.names() where name != "queue" && name != "patches" { try folder.remove(name) }
        rmdir(folder.path)
        _ = consume lock
        return problem
    }
}
