import Domain
import Inventories

/// apk-tools' list of installed packages.
enum ApkDatabase {
    /// Nil when the system has no such database.
    static func packages(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [InstalledPackage]? {
        // apk-tools 3 moved the file; one is then a link to the other.
        guard let path = ["lib/apk/db/installed", "usr/lib/apk/db/installed"].first(where: root.exists) else {
            return nil
        }
        do {
            return try parse(root.bytes(path, limit: sizeLimit), notes: &notes)
        } catch {
            notes.append(CollectionNote(item: "packages.apk", reason: error.sentence(path)))
            return []
        }
    }

    private static let sizeLimit = 256 << 20

    private static func parse(_ bytes: [UInt8], notes: inout [CollectionNote]) -> [InstalledPackage] {
        let installed = bytes.withUnsafeBytes { ApkInstalled($0) }
        if installed.unusable > 0 {
            notes.append(
                CollectionNote(
                    item: "packages.apk",
                    reason: "Entries without a usable name and version: \(installed.unusable)."))
        }
        return installed.packages
    }
}
