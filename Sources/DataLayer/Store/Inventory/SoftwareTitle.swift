import Crypto
import Domain
import FoundationEssentials

/// A distinct package version: one row of the catalogue `software_titles`, whatever the number of
/// endpoints and tenants that have it.
package struct SoftwareTitle: Hashable, Sendable {
    /// Its install date is no part of the title: it belongs to the endpoint.
    package let package: InstalledPackage

    package init(_ package: InstalledPackage) { self.package = package }

    package static func == (left: Self, right: Self) -> Bool {
        let (one, other) = (left.package, right.package)
        return one.name == other.name && one.version == other.version && one.architecture == other.architecture
            && one.source == other.source && one.sourceVersion == other.sourceVersion && one.type == other.type
            && one.vendor == other.vendor && one.module == other.module && one.cpe == other.cpe
            && one.bundleIdentifier == other.bundleIdentifier && one.signer == other.signer
    }

    /// Few titles share these two.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(package.name)
        hasher.combine(package.version)
    }

    /// The row's natural key: 128 bits of SHA-256 over its fields, each marked as absent or present
    /// and closed by a zero byte. Stored as a uuid, PostgreSQL's 16-byte type.
    package var contentHash: UUID {
        var hasher = SHA256()
        var fields = [
            package.type, package.name, package.version, package.architecture, package.source,
            package.sourceVersion, package.vendor, package.module,
        ]
        // Titles without these keep the key that they had before there were any.
        let identity = [package.cpe, package.bundleIdentifier, package.signer]
        if identity.contains(where: { $0 != nil }) { fields += identity }
        for field in fields {
            hasher.update(data: [field == nil ? 1 : 2] + Array((field ?? "").utf8) + [0])
        }
        return UUID(digest: hasher.finalize())
    }
}

/// A software set's key: 128 bits of SHA-256 over its title ids in ascending order.
package func softwareSetHash(_ titles: [Int64]) -> UUID {
    var hasher = SHA256()
    for id in titles {
        withUnsafeBytes(of: id.bigEndian) { hasher.update(bufferPointer: $0) }
    }
    return UUID(digest: hasher.finalize())
}

extension UUID {
    /// The first 16 bytes of a digest; no version bits, since it is a key and not an identifier.
    init(digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
