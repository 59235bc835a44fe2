import Domain
import Inventories

/// apk-tools' list of installed packages (apk-package(5)'s index fields): paragraphs of
/// one-letter fields.
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
    private static let wanted = Set("PVAom".utf8)

    /// Most lines are those of packages' files, hundreds of thousands on a large system: only wanted ones
    /// become strings.
    private static func parse(_ bytes: [UInt8], notes: inout [CollectionNote]) -> [InstalledPackage] {
        var packages: [InstalledPackage] = []
        var fields: [UInt8: String] = [:]
        var unusable = 0
        func end() {
            defer { fields.removeAll(keepingCapacity: true) }
            guard !fields.isEmpty else { return }
            guard let package = package(fields) else { return unusable += 1 }
            // `apk add --virtual .deps` makes packages that hold nothing.
            if !package.name.hasPrefix(".") { packages.append(package) }
        }
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let letter = line.first else {
                end()
                continue
            }
            guard wanted.contains(letter), line.dropFirst().first == UInt8(ascii: ":") else { continue }
            fields[letter] = String(decoding: line.dropFirst(2), as: UTF8.self)
        }
        end()
        if unusable > 0 {
            notes.append(
                CollectionNote(item: "packages.apk", reason: "Entries without a usable name and version: \(unusable)."))
        }
        return packages
    }

    private static func package(_ fields: [UInt8: String]) -> InstalledPackage? {
        func field(_ letter: Unicode.Scalar) -> String? { fields[UInt8(ascii: letter)].flatMap(PackageText.usable) }
        guard let name = field("P"), let version = field("V") else { return nil }
        var package = InstalledPackage(type: "apk", name: name, version: version)
        package.architecture = field("A")
        package.setSource(field("o") ?? name, version: nil)
        package.vendor = field("m").map { String($0.prefix { $0 != "<" }).trimmingBlanks }.flatMap(PackageText.usable)
        return package
    }
}
