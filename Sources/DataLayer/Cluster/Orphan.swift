import Glibc

/// A server that outlived the garrison that started it. It is stopped, not taken over: only its parent
/// hears of its death.
enum Orphan {
    /// Stops a living one and clears away what a dead one left. Call under the data directory's lock.
    static func stop(_ layout: ClusterLayout) async throws {
        guard let file = PostmasterFile.read(layout) else { return }
        guard file.isAlive(in: layout) else {
            // PostgreSQL would take another program with the old number, or a zombie, for its predecessor.
            unlink(layout.postmasterFile)
            return
        }
        for (signal, patience) in [(SIGINT, 600), (SIGQUIT, 100)] {
            kill(file.pid, signal)
            for _ in 0..<patience {
                if !file.isAlive(in: layout) { return }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        throw ClusterError.orphanDoesNotStop(pid: file.pid)
    }
}
