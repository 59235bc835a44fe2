import Domain
import Glibc

/// RPM's database of installed packages, whichever of its three formats it has.
enum RPMDatabase {
    /// What a format's reader found: header blobs, and a sentence when it could not read them all.
    struct Content {
        var headers: [[UInt8]] = []
        var fault: String?
    }

    /// Headers of one database; far above any real one.
    static let packageLimit = 200_000
    static let blobLimit = 64 << 20

    /// Nil when the system has no such database.
    static func packages(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [InstalledPackage]? {
        var packages: [InstalledPackage]?
        var seen: Set<String> = []
        for folder in folders {
            // One of the folders is a link to the other on many systems.
            guard let directory = try? root.directory(folder), seen.insert(directory.identity).inserted else {
                continue
            }
            for (name, read) in formats where root.exists("\(folder)/\(name)") {
                let found = parse(read(root, folder), path: "\(folder)/\(name)", notes: &notes)
                // A database that was converted leaves its predecessor behind: the newest format counts.
                if packages?.isEmpty ?? true { packages = found }
            }
        }
        return packages
    }

    private static let folders = ["usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/rpm"]

    private static let formats: [(String, @Sendable (ExaminedRoot, String) -> Content)] = [
        (SQLiteRPMDatabase.fileName, SQLiteRPMDatabase.read), (NDBRPMDatabase.fileName, NDBRPMDatabase.read),
        (BerkeleyRPMDatabase.fileName, BerkeleyRPMDatabase.read),
    ]

    private static func parse(
        _ content: Content, path: String, notes: inout [CollectionNote]
    ) -> [InstalledPackage] {
        if let fault = content.fault {
            notes.append(CollectionNote(item: "packages.rpm", reason: "/\(path): \(fault)"))
        }
        var unusable = 0
        var packages: [InstalledPackage] = []
        for blob in content.headers {
            guard let header = RPMHeader(blob), let package = header.package else {
                unusable += 1
                continue
            }
            if !header.isKey { packages.append(package) }
        }
        if unusable > 0 {
            notes.append(
                CollectionNote(
                    item: "packages.rpm", reason: "/\(path): Entries without a usable name and version: \(unusable)."))
        }
        return packages
    }
}
