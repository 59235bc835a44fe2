import Domain
import FoundationEssentials

/// Reads a dpkg status file by itself, as `garrison scan --dpkg-status FILE --distro debian:12` does.
public enum DpkgStatusReader {
    /// The inventory of a host of which only the status file and the distribution are known.
    /// - Parameter distribution: `NAME:VERSION`, such as `debian:12` or `ubuntu:14.04`.
    public static func inventory(
        _ data: Data, distribution: String, limits: DocumentLimits = .standard
    ) throws(DocumentError) -> Inventory {
        guard let os = Distribution.operatingSystem(distribution), !os.version.isEmpty else {
            throw .unsupported(
                format: "The distribution “\(distribution)”", advice: "Give a name and a release, such as debian:12.")
        }
        let status = try DpkgStatus(document: data, limits: limits)
        var inventory = Inventory(collectedAt: Date(), deviceID: "dpkg-status", hostname: "dpkg-status", os: os)
        inventory.packages = status.packages
        if status.unusable > 0 {
            inventory.notes.append(
                CollectionNote(
                    item: "packages.dpkg", reason: "Entries without a usable name and version: \(status.unusable)."))
        }
        return inventory
    }
}
