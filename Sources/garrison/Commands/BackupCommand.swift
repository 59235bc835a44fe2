import ArgumentParser
import Domain
import FoundationEssentials
import Glibc
import Store

/// `garrison backup`: everything that a new machine needs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Save the database and the secret key into a new folder.",
        discussion: """
            The database is dumped by pg_dump in one consistent view while everything goes on; the folder appears \
            when it is complete. It holds database.dump (pg_restore reads it), secret.key where there is one, and \
            manifest.json. Whoever has it has every secret: only its owner can enter it. `garrison restore` is the \
            way back.
            """)

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The folder to make.") var folder: String

    func run() async throws {
        let configuration = try database.configuration()
        let unfinished = folder + ".partial"
        guard access(folder, F_OK) != 0 else {
            throw CommandError.problem("\(folder) exists already. Name a folder that does not.")
        }
        try? FileManager.default.removeItem(atPath: unfinished)
        guard mkdir(unfinished, 0o700) == 0 else {
            throw CommandError.unwritable(path: unfinished, reason: String(cString: strerror(errno)))
        }
        let schema = try Migrator(resources: try ResourceLocator.migrations()).newestVersion
        // The version in the manifest is the program's: the schema has to be it.
        try await database.withStore { _ in }
        try await Progress.step("Dumping the database") {
            try ClientProgram("pg_dump").run(
                ["--format=custom", "--no-owner", "--file=\(unfinished)/database.dump"],
                on: ServerAddress(try database.url()))
        }
        try BackupKey.save(configuration.secretKeyFile, into: unfinished)
        try BackupManifest(schema: schema).write(unfinished)
        guard rename(unfinished, folder) == 0 else {
            throw CommandError.unwritable(path: folder, reason: String(cString: strerror(errno)))
        }
        Console.print(folder)
    }
}
