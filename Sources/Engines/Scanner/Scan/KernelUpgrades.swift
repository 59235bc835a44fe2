import Domain

/// Which installed kernels already hold the fixes of the one that runs.
struct KernelUpgrades {
    /// Other installed kernels, oldest first, and the vulnerabilities that they still have.
    private let candidates: [(image: KernelImage, open: Set<UInt32>)]
    private let isAssumed: Bool

    init(host: HostPackages, target: ScanTarget, index: ScanIndex) {
        if case .assumed = host.choice { isAssumed = true } else { isAssumed = false }
        guard let chosen = host.choice.place, !isAssumed else {
            candidates = []
            return
        }
        let scheme = target.ecosystem.scheme
        let newer = host.otherImages.filter { host.images[chosen].isOlder(than: $0, scheme: scheme) }
        candidates = newer.sorted { $0.isOlder(than: $1, scheme: scheme) }.map { image in
            let package = InstalledPackage(type: scheme.rawValue, name: image.packageName, version: image.version)
            let lookup = PackageLookup(package, system: target.ecosystem, role: .image(image))
            return (image, Set(index.matches(lookup).matches.map(\.vulnerability)))
        }
    }

    /// Remarks for a finding in the kernel that was judged.
    func notes(on match: Match, kernel: KernelImage) -> [String] {
        let first =
            isAssumed ? "newest installed kernel; the running one is not known" : "running kernel \(kernel.release)"
        guard let fixed = candidates.first(where: { !$0.open.contains(match.vulnerability) }) else { return [first] }
        return [first, "fixed in \(fixed.image.packageName), which is installed: reboot into \(fixed.image.release)"]
    }
}
