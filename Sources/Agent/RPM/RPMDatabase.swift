import Domain
import Glibc

/// RPM's database of installed packages, whichever of its three formats it has.
enum RPMDatabase {
    /// What a format's reader found: header blobs, and a sentence when it could not read them all.
    struct Content {
        private(set) var headers: [[UInt8]] = []
        var fault: String?
        private var bytesLeft = 0

        /// - Parameter fileSize: bytes of the database. Headers do not overlap in it, so together they are no
        ///   larger, and a forged database that shows one stretch of itself many times is found out.
        init(fileSize: Int) { bytesLeft = fileSize }

        init(fault: String) { self.fault = fault }

        /// False when no more is taken.
        mutating func take(_ header: [UInt8]) -> Bool {
            guard headers.count < packageLimit, header.count <= bytesLeft else {
                fault = "It claims to hold more than it can; what lies behind that is passed over."
                return false
            }
            bytesLeft -= header.count
            headers.append(header)
            return true
        }
    }

    /// Headers of one database; far above any real one.
    static let packageLimit = 200_000
    static let blobLimit = 64 << 20
    static let fileLimit = 1 << 30

    static func open(_ root: ExaminedRoot, _ path: String) throws(FileFault) -> ExaminedFile {
        let file = try root.file(path)
        guard file.size <= fileLimit else { throw .tooLarge(limit: fileLimit) }
        return file
    }

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
