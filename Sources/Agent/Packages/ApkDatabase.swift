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
            return parse(try root.text(path, limit: 256 << 20), notes: &notes)
        } catch {
            notes.append(CollectionNote(item: "packages.apk", reason: error.sentence(path)))
            return []
        }
    }

    static func parse(_ text: String, notes: inout [CollectionNote]) -> [InstalledPackage] {
        var packages: [InstalledPackage] = []
        var fields: [Character: String] = [:]
        var unusable = 0
        func end() {
            defer { fields.removeAll(keepingCapacity: true) }
            guard !fields.isEmpty else { return }
            guard let package = package(fields) else { return unusable += 1 }
            // `apk add --virtual .deps` makes packages that hold nothing.
            if !package.name.hasPrefix(".") { packages.append(package) }
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { end() }
            guard let letter = line.first, line.dropFirst().first == ":" else { continue }
            if "PVAom".contains(letter) { fields[letter] = String(line.dropFirst(2)) }
        }
        end()
        if unusable > 0 {
            notes.append(
                CollectionNote(item: "packages.apk", reason: "Entries without a usable name and version: \(unusable)."))
        }
        return packages
    }

    private static func package(_ fields: [Character: String]) -> InstalledPackage? {
        guard let name = fields["P"], let version = fields["V"], PackageText.isUsable(name),
            PackageText.isUsable(version)
        else { return nil }
        var package = InstalledPackage(type: "apk", name: name, version: version)
        package.architecture = fields["A"].flatMap(PackageText.usable)
        package.setSource(fields["o"].flatMap(PackageText.usable) ?? name, version: nil)
        package.vendor = fields["m"].map { String($0.prefix { $0 != "<" }).trimmingBlanks }.flatMap(PackageText.usable)
        return package
    }
}
