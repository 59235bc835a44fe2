/// The system itself and its updates, in the form in which everything else that is installed is kept and matched.
extension Inventory {
    /// All that is installed: the packages, then the system where its vendor publishes fixes for it as one product
    /// (Windows, Apple's systems), then its updates.
    public var titles: [InstalledPackage] {
        packages + (os.product(architecture: kernel?.architecture).map { [$0] } ?? []) + updates.map(\.title)
    }
}

extension OperatingSystem {
    /// The system as a product of its vendor; nil where its parts are packages.
    /// - Parameter architecture: as uname(2) or Windows names it.
    public func product(architecture: String?) -> InstalledPackage? {
        if id == InstalledPackage.windowsType {
            let product = WindowsProduct(self, architecture: architecture)
            return product.map {
                InstalledPackage(type: InstalledPackage.windowsType, name: $0.name, version: $0.build)
            }
        }
        guard Self.appleSystems.contains(id), !version.isEmpty else { return nil }
        return InstalledPackage(type: id, name: id, version: version)
    }

    /// Apple's systems, as their advisories name them; also the ecosystems' families.
    public static let appleSystems: Set<String> = ["macos", "ios", "ipados", "watchos", "tvos", "visionos"]
}

extension InstalledUpdate {
    /// Without a version: an update is there or it is not.
    var title: InstalledPackage {
        InstalledPackage(type: InstalledPackage.updateType, name: id, version: "", installDate: installDate)
    }
}

extension InstalledPackage {
    /// Windows itself: the name is MSRC's of the product, the version the build.
    public static let windowsType = "windows"
    /// A Windows update: the name is its knowledge-base id.
    public static let updateType = "kb"

    /// Whether it is judged by builds and updates, not by its own version.
    public var isWindowsPart: Bool { type == Self.windowsType || type == Self.updateType }
}
