import Domain

/// What installed packages may be looked up under one of some packages of an index, told by little: by far most are
/// left out, and none that is. What remains is for the scanner to judge.
package struct LookupReach: Sendable {
    /// What a package asks of its host to be judged.
    package enum Concern: Sendable {
        case none
        /// It is judged by itself, or with the host's kernels.
        case alone
        /// Only beside all that is installed: language packages may be parts of the system's.
        case beside
    }

    /// Names of packages and of their sources, as `folded` gives them.
    package private(set) var names = Set<String>()
    /// Kernels are looked up by their source's name and chosen among all that are installed: these are all titles
    /// whose folded name, or source's, begins with one of the words.
    package private(set) var prefixes: [String] = []
    /// Whether some are known by their CPE name: what is looked up under that is told by the whole of an application.
    package private(set) var hasProducts = false
    /// Whether some are parts of Windows, which is judged as a whole.
    package private(set) var hasWindows = false
    private var families = Set<String>()

    private static let kernels = ["linux", "kernel"]
    /// Families whose names are spelt in more than one way.
    private static let spelt: Set<String> = ["pypi", "nuget", "packagist"]

    package init(_ keys: some Sequence<PackageKey>) {
        for key in keys {
            let family = Ecosystem(osv: key.ecosystem).family
            switch family {
            case ProductName.ecosystem: hasProducts = true
            case WindowsScanner.ecosystem: hasWindows = true
            default:
                families.insert(family)
                names.insert(Self.folded(key.name))
                // A capital beyond ASCII may have a small letter within.
                if Self.spelt.contains(family) { names.insert("") }
                if Self.kernels.contains(where: { key.name.hasPrefix($0) }) { prefixes = Self.kernels }
            }
        }
    }

    /// - Parameter type: as `InstalledPackage.type`, of a package whose name is among `names`.
    package func concern(ofType type: String) -> Concern {
        let nowhere = Ecosystem(family: "")
        let package = InstalledPackage(type: type, name: "", version: "")
        let home = PackageLookup.ecosystem(of: package, system: nowhere)
        if home == nowhere { return .alone }
        return families.contains(home.family) ? .beside : .none
    }

    /// Whether packages of a type are known by their CPE names, where no ecosystem has their type's name.
    package static func isProduct(type: String) -> Bool {
        PackageLookup.isProduct(
            InstalledPackage(type: type, name: "", version: ""), system: Ecosystem(family: ""))
    }

    /// Equal for all spellings that a registry takes for one package, and for some that it does not; empty for names
    /// beyond ASCII. The database's folded_name() gives the same.
    package static func folded(_ name: String) -> String {
        var result: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): result.append(byte)
            case 0x80...: return ""
            default: break
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether the packages that these keys name include the one that an application is looked up as.
    package static func names(
        _ keys: Set<PackageKey>, _ package: InstalledPackage, on system: Ecosystem, in index: ScanIndex
    ) -> Bool {
        guard let lookup = index.lookup(package, system: system, role: .none) else { return false }
        return ([lookup.name] + lookup.aliases).contains {
            keys.contains(PackageKey(ecosystem: lookup.ecosystem, name: $0))
        }
    }
}
