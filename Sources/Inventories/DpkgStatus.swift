import Domain
import FoundationEssentials

/// dpkg's database of installed packages: `/var/lib/dpkg/status`, and the `status.d` files of
/// distroless images, which have no `Status` field.
public struct DpkgStatus: Sendable, Hashable {
    /// Installed packages in the file's order; packages whose files are gone (`config-files`,
    /// `not-installed`) are left out.
    public var packages: [InstalledPackage]
    /// Paragraphs of an installed package that lack a name or version, or hold impossible ones.
    public var unusable: Int

    /// Reads a whole status file; total, whatever the bytes.
    public init(_ bytes: UnsafeRawBufferPointer, limits: DocumentLimits = .standard) {
        var packages: [InstalledPackage] = []
        var unusable = 0
        ControlFile.paragraphs(bytes, wanted: Self.fields) { paragraph in
            guard Self.isOnDisk(paragraph["status"]) else { return }
            if packages.count < limits.packages, let package = Self.package(paragraph, limits) {
                packages.append(package)
            } else {
                unusable += 1
            }
        }
        self.packages = packages
        self.unusable = unusable
    }

    /// Reads a status file taken from another machine.
    /// - Throws: `.tooLarge`, or `.malformed` when it has no package paragraph at all.
    public init(document data: Data, limits: DocumentLimits = .standard) throws(DocumentError) {
        guard data.count <= limits.documentBytes else { throw .tooLarge(limit: limits.documentBytes) }
        guard !data.isEmpty else { throw .empty }
        self = data.withUnsafeBytes { DpkgStatus($0, limits: limits) }
        if packages.isEmpty {
            throw .malformed(
                TextPosition(line: 1, column: 1), reason: "no installed package in what should be a dpkg status file")
        }
    }

    private static let fields: Set<String> = [
        "package", "status", "version", "architecture", "source", "maintainer", "origin",
    ]

    /// dpkg(1), package states: in these the package's files are unpacked, so its faults are there.
    private static let presentStates: Set<Substring> = [
        "installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending",
    ]

    private static func isOnDisk(_ status: String?) -> Bool {
        guard let status else { return true }
        return status.split(separator: " ").last.map(presentStates.contains) ?? false
    }

    private static func package(_ fields: ControlFile.Paragraph, _ limits: DocumentLimits) -> InstalledPackage? {
        guard let name = fields["package"], let version = fields["version"],
            isUsable(name, limits), isUsable(version, limits)
        else { return nil }
        var package = InstalledPackage(type: "deb", name: name, version: version)
        package.architecture = usable(fields["architecture"], limits)
        package.vendor = usable(fields["origin"] ?? fields["maintainer"].map(withoutAddress), limits)
        if let source = usable(fields["source"], limits) { setSource(source, of: &package) }
        return package
    }

    /// `name` or `name (version)`, deb-control(5).
    private static func setSource(_ text: String, of package: inout InstalledPackage) {
        guard let space = text.firstIndex(of: " ") else { return package.setSource(text, version: nil) }
        let version = text[space...].drop { $0 == " " || $0 == "(" }.prefix { $0 != ")" }
        package.setSource(String(text[..<space]), version: String(version))
    }

    private static func withoutAddress(_ maintainer: String) -> String {
        let name = maintainer.prefix { $0 != "<" }
        return String(name.reversed().drop { $0 == " " }.reversed())
    }

    private static func usable(_ text: String?, _ limits: DocumentLimits) -> String? {
        text.flatMap { isUsable($0, limits) ? $0 : nil }
    }

    private static func isUsable(_ text: String, _ limits: DocumentLimits) -> Bool {
        !text.isEmpty && DocumentField.fault(text, limit: limits.identifierBytes) == nil
    }
}
