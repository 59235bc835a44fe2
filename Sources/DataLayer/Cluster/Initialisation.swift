import FoundationEssentials
import Glibc

/// Makes a new database. It is made beside its place and moved there when it is complete, so that
/// killing this at any instant leaves nothing that looks like one.
struct Initialisation {
    let layout: ClusterLayout
    let account: ServerAccount

    func run() async throws {
        guard fileStatus(layout.database) == nil else { throw ClusterError.notADatabase(path: layout.database) }
        let installation = try Installation.choose(data: nil)
        try removeUnfinished()
        try account.makePrivateFolder(layout.unfinished)
        let gate = try FolderGate(layout.unfinished, for: account, number: 1000)
        let start = ServerLog.end(layout.log)
        let steps = [
            [
                "\(installation.binaries)/initdb", "-D", gate.path, "-U", ClusterLayout.role, "--encoding=UTF8",
                "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject", "--data-checksums",
            ],
            ["\(installation.binaries)/postgres", "--single", "-D", gate.path, "-c", "timezone=UTC", "postgres"],
        ]
        let script = try writeScript()
        defer { unlink(script) }
        for step in steps {
            let process = try ChildProcess(
                account.prefix + step, log: layout.log, input: script, descriptors: gate.inherited)
            let code = await withTaskCancellationHandler {
                await process.wait()
            } onCancel: {
                process.signal(SIGTERM)
            }
            try Task.checkCancellation()
            guard code == 0 else {
                throw ClusterError.initialisationFailed(log: ServerLog.tail(layout.log, from: start))
            }
        }
        guard rename(layout.unfinished, layout.database) == 0 else {
            throw ClusterError.folder(path: layout.database, reason: systemReason())
        }
    }

    /// What the single-user server reads on its standard input; initdb ignores it.
    private func writeScript() throws(ClusterError) -> String {
        let path = "\(layout.root)/postgres.sql"
        let text = "CREATE DATABASE \(ClusterLayout.databaseName)\n"
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw .folder(path: path, reason: systemReason())
        }
        return path
    }

    private func removeUnfinished() throws(ClusterError) {
        guard fileStatus(layout.unfinished) != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: layout.unfinished)
        } catch {
            throw .folder(path: layout.unfinished, reason: "it is left over and cannot be removed")
        }
    }
}
