import Domain
import Inventories

/// dpkg's status file, and the `status.d` folder of distroless images.
enum DpkgDatabase {
    static let sizeLimit = 256 << 20

    /// Nil when the system has no such database.
    static func packages(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [InstalledPackage]? {
        let paths = [DpkgDatabase.statusPath].filter(root.exists) + distrolessPaths(root)
        guard !paths.isEmpty else { return nil }
        var packages: [InstalledPackage] = []
        var unusable = 0
        for path in paths {
            do {
                let bytes = try root.bytes(path, limit: sizeLimit)
                let status = bytes.withUnsafeBytes { DpkgStatus($0) }
                packages += status.packages
                unusable += status.unusable
            } catch {
                notes.append(CollectionNote(item: "packages.dpkg", reason: error.sentence(path)))
            }
        }
        if unusable > 0 {
            notes.append(
                CollectionNote(item: "packages.dpkg", reason: "Entries without a usable name and version: \(unusable).")
            )
        }
        addInstallDates(to: &packages, root)
        noteUnfinished(root, notes: &notes)
        return packages
    }

    /// dpkg writes what it is doing into numbered files and takes them into the status file in the end.
    private static func noteUnfinished(_ root: ExaminedRoot, notes: inout [CollectionNote]) {
        let journal = ((try? root.names(in: "var/lib/dpkg/updates")) ?? []).filter { $0.allSatisfy(\.isNumber) }
        guard !journal.isEmpty else { return }
        notes.append(
            CollectionNote(
                item: "packages.dpkg",
                reason: "dpkg is at work or was interrupted; the changes under /var/lib/dpkg/updates do not count yet. "
                    + "Collect again, or run `dpkg --configure -a` first."))
    }

    /// A distroless image has tens of packages.
    private static let distrolessLimit = 10_000
    private static let statusPath = "var/lib/dpkg/status"

    private static func distrolessPaths(_ root: ExaminedRoot) -> [String] {
        let folder = "var/lib/dpkg/status.d"
        let names = (try? root.names(in: folder)) ?? []
        return names.filter { !$0.hasSuffix(".md5sums") }.prefix(distrolessLimit).map { "\(folder)/\($0)" }
    }

    /// dpkg keeps no date; it writes a package's list of files when it unpacks it. Packages that may be
    /// installed for several architectures have theirs in the name.
    private static func addInstallDates(to packages: inout [InstalledPackage], _ root: ExaminedRoot) {
        guard let folder = try? root.directory("var/lib/dpkg/info") else { return }
        for index in packages.indices {
            let package = packages[index]
            let qualified = package.architecture.flatMap { folder.modified("\(package.name):\($0).list") }
            packages[index].installDate = qualified ?? folder.modified("\(package.name).list")
        }
    }
}
