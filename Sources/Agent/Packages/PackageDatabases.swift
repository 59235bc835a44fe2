import Domain

/// Every package database that the system has; several may stand side by side.
enum PackageDatabases {
    static func collect(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [InstalledPackage] {
        let found = [
            DpkgDatabase.packages(root, notes: &notes), RPMDatabase.packages(root, notes: &notes),
            ApkDatabase.packages(root, notes: &notes),
        ].compactMap(\.self)
        if found.isEmpty {
            notes.append(
                CollectionNote(item: "packages", reason: "No package database of dpkg, rpm or apk was found."))
        }
        return found.flatMap(\.self)
    }
}
