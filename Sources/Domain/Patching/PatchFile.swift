import FoundationEssentials

public enum PatchFileTag {}
public typealias PatchFileID = Identifier<PatchFileTag>

/// A package's file that somebody has given for a patch.
public struct PatchFile: Sendable, Hashable {
    public let id: PatchFileID
    public let patch: PatchID
    public let name: PatchFileName
    /// SHA-256 in hexadecimal.
    public let sha256: String
    public let bytes: Int64
    /// It goes along with the patch's packages, installed or not: something that they newly need.
    public let isCompanion: Bool
    /// Where its bytes are.
    public let objectKey: String
    public let uploadedBy: String
    public let uploadedAt: Date

    public init(
        id: PatchFileID, patch: PatchID, name: PatchFileName, sha256: String, bytes: Int64, isCompanion: Bool,
        objectKey: String, uploadedBy: String, uploadedAt: Date
    ) {
        self.id = id
        self.patch = patch
        self.name = name
        self.sha256 = sha256
        self.bytes = bytes
        self.isCompanion = isCompanion
        self.objectKey = objectKey
        self.uploadedBy = uploadedBy
        self.uploadedAt = uploadedAt
    }
}

/// A file's name as its package manager writes it, which tells what is in it: `openssl_3.0.13-1~deb12u1_amd64.deb`,
/// `openssl-3.0.7-28.el9.x86_64.rpm`, `openssl-3.1.5-r0.apk`.
public struct PatchFileName: Sendable, Hashable {
    public let text: String
    public let tool: PatchOrder.Tool
    public let package: String
    /// Without the epoch, which file names leave out.
    public let version: String
    /// As the tool says it; nil where the name does not tell.
    public let architecture: String?

    /// Nil for a name that no package manager gives.
    public init?(_ text: String) {
        guard PatchOrder.isFileName(text), let dot = text.lastIndex(of: ".") else { return nil }
        let stem = text[..<dot]
        let parts: (package: Substring, version: Substring, architecture: Substring?)?
        switch text[dot...] {
        case ".deb": (tool, parts) = (.apt, Self.debian(stem))
        case ".rpm": (tool, parts) = (.dnf, Self.rpm(stem))
        case ".apk": (tool, parts) = (.apk, Self.alpine(stem))
        default: return nil
        }
        guard let parts, !parts.package.isEmpty, !parts.version.isEmpty else { return nil }
        self.text = text
        package = String(parts.package)
        version = String(parts.version)
        architecture = parts.architecture.map(String.init)
    }

    private static func debian(_ stem: Substring) -> (Substring, Substring, Substring?)? {
        let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[2].isEmpty else { return nil }
        return (parts[0], parts[1], parts[2])
    }

    private static func rpm(_ stem: Substring) -> (Substring, Substring, Substring?)? {
        guard let dot = stem.lastIndex(of: "."), let release = stem[..<dot].lastIndex(of: "-"),
            let version = stem[..<release].lastIndex(of: "-")
        else { return nil }
        let architecture = stem[stem.index(after: dot)...]
        // Sources are built, not installed.
        guard !["", "src", "nosrc"].contains(architecture) else { return nil }
        return (stem[..<version], stem[stem.index(after: version)..<dot], architecture)
    }

    private static func alpine(_ stem: Substring) -> (Substring, Substring, Substring?)? {
        guard let release = stem.lastIndex(of: "-"), let version = stem[..<release].lastIndex(of: "-"),
            stem[release...].hasPrefix("-r"), stem[release...].dropFirst(2).allSatisfy(\.isNumber)
        else { return nil }
        return (stem[..<version], stem[stem.index(after: version)...], nil)
    }

    /// Whether it holds what a job is to install.
    public func holds(_ package: PatchOrder.Package) -> Bool {
        self.package == package.name && fits(package.architecture)
            && package.version.map { Self.withoutEpoch($0) == version } ?? true
    }

    /// Whether it can be installed beside packages of an architecture; one that nobody knows fits.
    public func fits(_ other: String?) -> Bool {
        guard let architecture, let other else { return true }
        return architecture == other || architecture == "all" || architecture == "noarch"
    }

    private static func withoutEpoch(_ version: String) -> Substring {
        version.firstIndex(of: ":").map { version[version.index(after: $0)...] } ?? version[...]
    }
}

extension PatchFile {
    /// The files that a job is done with: one for each of its packages, and what goes along with them. Nil where they do not
    /// say it for all: the machine's repositories have the rest, and so they have all of it.
    public static func choice(
        for packages: [PatchOrder.Package], of tool: PatchOrder.Tool, from files: [PatchFile]
    ) -> [PatchFile]? {
        let usable = files.filter { $0.name.tool == tool }
        var chosen: [PatchFile] = []
        for package in packages {
            let found = usable.filter { !$0.isCompanion && $0.name.holds(package) }
            guard found.count == 1 else { return nil }
            chosen += found
        }
        let companions = usable.filter { file in
            file.isCompanion && packages.contains { file.name.fits($0.architecture) }
        }
        return chosen.isEmpty ? nil : Array(Set(chosen + companions)).sorted { $0.name.text < $1.name.text }
    }
}
