/// The forms in which hosts are described. The raw value is what `--input-format` takes.
public enum InventoryFormat: String, Sendable, CaseIterable {
    /// `garrison collect`: one object or any number behind each other.
    case inventory
    /// CycloneDX or SPDX.
    case sbom
    /// `/var/lib/dpkg/status`.
    case dpkgStatus = "dpkg-status"
    /// `rpm -qa`, in its own form or one of those that `--qf` is asked for.
    case rpmQuery = "rpm-qa"
    /// `/lib/apk/db/installed`.
    case apkInstalled = "apk-installed"
    /// `apk info -v`, `apk info -vv` or `apk list -I`.
    case apkInfo = "apk-info"
    /// Results of osquery: of its shell, its log or its distributed queries.
    case osquery
    /// What an EDR lists: vendor, name and version.
    case softwareList = "software-list"
    /// Windows' `systeminfo`, in any language.
    case systemInfo = "systeminfo"
    /// Windows' `wmic qfe`, or PowerShell's `Get-HotFix`.
    case hotfixes = "qfe"
    /// macOS' `sw_vers`.
    case softwareVersions = "sw_vers"

    /// Whether it names packages without the system they belong to.
    public var needsSystem: Bool {
        switch self {
        case .dpkgStatus, .rpmQuery, .apkInstalled, .apkInfo: true
        default: false
        }
    }

    /// The format of a document that begins with `sample`; nil when it is none of them. Told by content alone.
    public static func detect(_ sample: [UInt8]) -> InventoryFormat? {
        let start = sample.drop { [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        guard let first = start.first else { return nil }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return sample.withUnsafeBytes { JSONShape($0).format }
        }
        if first == UInt8(ascii: "<") || start.starts(with: "SPDXVersion:".utf8) { return .sbom }
        return TextShape(DocumentText.decode(sample)).format
    }
}
