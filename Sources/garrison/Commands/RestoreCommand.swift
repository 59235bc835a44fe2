import ArgumentParser
import Cluster
import Domain
import FoundationEssentials
import Store

/// `garrison restore`: a backup into an empty database.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup into an empty database.",
        discussion: """
            Without a database URL the private PostgreSQL of the data directory is made, filled and stopped again; \
            start `garrison serve` on it afterwards. The restore is one transaction, followed by the migrations that \
            the backup does not have yet. The secret key goes to its place, unless another one is there.
            """)

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The backup's folder.") var folder: String

    func run() async throws {
        let configuration = try database.configuration()
        let manifest = try BackupManifest.read(folder)
        let migrator = try Migrator(resources: try ResourceLocator.migrations())
        guard manifest.schema <= migrator.newestVersion else {
            throw CommandError.problem(
                "the backup was made by a newer garrison (\(manifest.garrison), schema \(manifest.schema)). Use that one."
            )
        }
        try BackupKey.checkPlace(configuration.secretKeyFile, for: folder)
        if let url = configuration.text(.databaseURL) {
            try await restore(into: url, migrator)
        } else {
            try await restoreIntoCluster(configuration.dataDirectory, migrator)
        }
        try BackupKey.restore(configuration.secretKeyFile, from: folder)
        Console.note("Restored \(folder), made \(manifest.createdAt).")
    }

    private func restoreIntoCluster(_ directory: String, _ migrator: Migrator) async throws {
        let cluster = PrivateCluster(dataDirectory: directory, logger: quietLogger())
        let url = try await cluster.start()
        do {
            try await restore(into: url, migrator)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    private func restore(into url: String, _ migrator: Migrator) async throws {
        let target = RestoreTarget(url: url)
        try await target.requireEmpty()
        try await target.makeRoles()
        try await Progress.step("Restoring the database") {
            try ClientProgram("pg_restore").run(
                ["--single-transaction", "--exit-on-error", "--no-owner", "\(folder)/database.dump"],
                on: ServerAddress(url))
        }
        try await migrator.migrate(databaseURL: url) { Console.note("  \($0)") }
    }
}
