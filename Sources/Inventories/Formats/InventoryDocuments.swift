import Domain
import FoundationEssentials

/// Reads a document in any of the formats, told apart by content.
public enum InventoryDocuments {
    /// All hosts that a document describes: one of most formats, any number of inventories, osquery logs and
    /// EDR lists.
    /// - Parameter format: nil to tell it by content.
    /// - Throws: `DocumentError`; nothing of the document is used then.
    public static func read(
        _ bytes: [UInt8], format: InventoryFormat? = nil, hints: HostHints = HostHints(),
        limits: DocumentLimits = .standard
    ) throws(DocumentError) -> [Inventory] {
        guard bytes.count <= limits.documentBytes else { throw .tooLarge(limit: limits.documentBytes) }
        guard bytes.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { throw .empty }
        guard let format = format ?? InventoryFormat.detect(bytes) else {
            throw .unsupported(
                format: "This document",
                advice:
                    "Name its format with --input-format: \(InventoryFormat.allCases.map(\.rawValue).joined(separator: ", "))."
            )
        }
        return try read(bytes, as: format, hints, limits)
    }

    private static func read(
        _ bytes: [UInt8], as format: InventoryFormat, _ hints: HostHints, _ limits: DocumentLimits
    ) throws(DocumentError) -> [Inventory] {
        if format.needsSystem, hints.system?.version.isEmpty != false {
            throw .unsupported(
                format: "A package list without its system",
                advice: "Give the system with --distro, for example --distro debian:12.")
        }
        switch format {
        case .inventory: return try inventories(bytes, limits)
        case .sbom: return [try SBOMReader.read(Data(bytes), limits: limits).inventory]
        case .osquery: return try OsqueryResults(hints, limits).read(bytes)
        case .softwareList: return try SoftwareList(hints, limits).read(bytes)
        case .dpkgStatus:
            let status = try DpkgStatus(document: Data(bytes), limits: limits)
            return [PackageList(packages: status.packages, unusable: status.unusable).inventory(format, hints)]
        case .apkInstalled:
            let installed = bytes.withUnsafeBytes { ApkInstalled($0, limits: limits) }
            return [try PackageList(packages: installed.packages, unusable: installed.unusable).whole(format, hints)]
        case .rpmQuery:
            return [
                try PackageList(bytes, limits, RPMQuery.package, isIgnored: RPMQuery.isIgnored).whole(format, hints)
            ]
        case .apkInfo:
            return [try PackageList(bytes, limits, ApkInfo.package, isIgnored: ApkInfo.isIgnored).whole(format, hints)]
        case .systemInfo: return [try SystemInfo(DocumentText.decode(bytes)).inventory(hints)]
        case .hotfixes: return [try HotfixList(DocumentText.decode(bytes)).inventory(hints)]
        case .softwareVersions: return [try SoftwareVersions(DocumentText.decode(bytes)).inventory(hints)]
        }
    }

    private static func inventories(
        _ bytes: [UInt8], _ limits: DocumentLimits
    ) throws(DocumentError) -> [Inventory] {
        var isRead = false
        var stream = InventoryStream(limits: limits) { _ throws(DocumentError) in
            defer { isRead = true }
            return isRead ? [] : bytes
        }
        var inventories: [Inventory] = []
        while let inventory = try stream.next() { inventories.append(inventory) }
        return inventories
    }
}
