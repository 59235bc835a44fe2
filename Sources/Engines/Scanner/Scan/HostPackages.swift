import Domain

/// A host's packages sorted into what is looked up together, and its kernels.
struct HostPackages {
    /// Installed packages that lead to one look-up: the binaries of a source.
    struct Group {
        var lookup: PackageLookup
        /// Sorted, without duplicates.
        var packages: [String]
        /// Set for the kernel that counts.
        var kernel: KernelImage?
        /// What a product was identified by.
        var evidence: [String] = []
    }

    private(set) var groups: [Group] = []
    private(set) var images: [KernelImage] = []
    let choice: KernelChoice
    /// How many packages each ecosystem has on the host.
    private(set) var packageCounts: [String: Int] = [:]
    /// Software that no registry knows and nothing identifies.
    private(set) var unmatched: [UnmatchedSoftware] = []
    /// Language packages that a distribution's package brought, with its name.
    private(set) var owned: [InstalledPackage: String] = [:]
    let platform: HostPlatform

    init(_ target: ScanTarget, index: ScanIndex) {
        let owners = DistributionOwnership(target, index: index)
        var products: [String: [String]] = [:]
        var places: [PackageLookup: Int] = [:]
        var kernels: [(image: KernelImage, package: InstalledPackage)] = []
        // Windows is judged by its build and its updates: WindowsScanner.
        for package in target.packages where !package.isWindowsPart {
            let role = KernelRole(package, system: target.ecosystem)
            if case .image(let image) = role { kernels.append((image, package)) }
            guard role == .none else {
                packageCounts[target.ecosystem.description, default: 0] += 1
                continue
            }
            if let owner = owners?.owner(of: package) {
                owned[package] = owner
                continue
            }
            guard let lookup = index.lookup(package, system: target.ecosystem, role: role) else {
                unmatched.append(
                    UnmatchedSoftware(package, index.identification(of: package, system: target.ecosystem)))
                continue
            }
            if lookup.system != nil {
                for key in [lookup.name] + lookup.aliases { products[key, default: []].append(lookup.version) }
            }
            packageCounts[lookup.ecosystem, default: 0] += 1
            if let place = places[lookup] {
                groups[place].packages.append(package.name)
            } else {
                places[lookup] = groups.count
                var group = Group(lookup: lookup, packages: [package.name])
                if case .identified(let identity) = lookup.system.map({ index.identification(of: package, system: $0) })
                {
                    group.evidence = identity.evidence
                }
                groups.append(group)
            }
        }
        platform = HostPlatform(
            system: target.ecosystem, kernelRelease: target.kernelRelease, products: products,
            title: target.packages.first {
                $0.type == InstalledPackage.windowsType || OperatingSystem.appleSystems.contains($0.type)
            })
        images = kernels.map(\.image)
        let release = KernelRole.isJudged(on: target.ecosystem) ? target.kernelRelease : nil
        choice = KernelChoice(images: images, release: release, scheme: target.ecosystem.scheme)
        for place in groups.indices where groups[place].packages.count > 1 {
            groups[place].packages = Set(groups[place].packages).sorted()
        }
        guard let chosen = choice.place else { return }
        let kernel = kernels[chosen]
        groups.append(
            Group(
                lookup: PackageLookup(kernel.package, system: target.ecosystem, role: .image(kernel.image)),
                packages: [kernel.package.name], kernel: kernel.image))
    }

    /// Kernels that are installed, are not the chosen one, and are not merely another package of it.
    var otherImages: [KernelImage] {
        guard let chosen = choice.place else { return images }
        return images.filter { $0.version != images[chosen].version || $0.release != images[chosen].release }
    }
}
