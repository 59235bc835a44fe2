import FoundationEssentials
import Glibc
import Inventories

/// What a backup is of: `manifest.json` in its folder.
struct BackupManifest: Codable {
    static let currentFormat = "garrison.backup/1"

    let format: String
    let garrison: String
    /// The newest migration of the database.
    let schema: Int
    let createdAt: String

    init(schema: Int) {
        format = Self.currentFormat
        garrison = Build.version
        self.schema = schema
        createdAt = RFC3339.string(Date())
    }

    private enum CodingKeys: String, CodingKey {
        case format, garrison, schema
        case createdAt = "created_at"
    }

    static func read(_ folder: String) throws(CommandError) -> BackupManifest {
        guard let data = FileManager.default.contents(atPath: "\(folder)/manifest.json"),
            let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data),
            manifest.format == currentFormat
        else {
            throw .problem("\(folder) is no backup that this garrison reads: its manifest.json is missing or another.")
        }
        return manifest
    }

    func write(_ folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(filePath: "\(folder)/manifest.json"))
    }
}
