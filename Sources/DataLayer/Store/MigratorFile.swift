import Crypto
import Domain
import FoundationEssentials

/// A migration's two scripts, as found in the folder.
package struct Migration: Sendable, Equatable {
    package let version: Int
    /// `create_foundation`
    package let name: String
    /// Without the enclosing BEGIN and COMMIT.
    package let script: String
    package let rollback: String
    /// Hexadecimal SHA-256 of the forward file as it is on disk.
    package let checksum: String

    /// All migrations of a folder, by version: `NNNN_verb_noun.sql` with `rollback_NNNN_verb_noun.sql`.
    package static func all(in folder: String) throws(MigrationError) -> [Migration] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .unreadable(folder: folder)
        }
        var migrations: [Int: Migration] = [:]
        for file in names.sorted() where file.first?.isNumber == true && file.hasSuffix(".sql") {
            let migration = try Migration(file: file, folder: folder)
            if let other = migrations.updateValue(migration, forKey: migration.version) {
                throw .badFile(name: file, reason: "has the same number as \(other.name)")
            }
        }
        if migrations.isEmpty { throw .unreadable(folder: folder) }
        return migrations.values.sorted { $0.version < $1.version }
    }

    private init(file: String, folder: String) throws(MigrationError) {
        let parts = file.dropLast(4).split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 4, let version = Int(parts[0]), version > 0 else {
            throw .badFile(name: file, reason: "is not named NNNN_verb_noun.sql")
        }
        self.version = version
        name = String(parts[1])
        let forward = try Self.read(file, folder: folder)
        script = try Self.body(of: forward, file: file)
        rollback = try Self.body(of: try Self.read("rollback_\(file)", folder: folder), file: "rollback_\(file)")
        checksum = SHA256.hash(data: Data(forward.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    private static func read(_ file: String, folder: String) throws(MigrationError) -> String {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)"),
            let text = String(data: data, encoding: .utf8)
        else { throw .badFile(name: file, reason: "is missing or not UTF-8 text") }
        return text
    }

    /// What stands between BEGIN and COMMIT. The files carry them so that psql, too, applies all or
    /// nothing; here the transaction also holds the record of it.
    private static func body(of text: String, file: String) throws(MigrationError) -> String {
        let text = text.trimmingWhitespace()
        guard text.hasPrefix("BEGIN;\n"), text.hasSuffix("\nCOMMIT;") else {
            throw .badFile(name: file, reason: "must begin with BEGIN; and end with COMMIT;")
        }
        return String(text.dropFirst(6).dropLast(7))
    }
}
