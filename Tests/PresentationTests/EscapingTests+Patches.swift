import Domain
import Presentation
import Store

extension EscapingTests {
    /// The list, one patch, and those of an endpoint.
    static var patchPages: [HTML] {
        let patch = PatchStore.Summary(
            id: .make(), number: attack, title: attack, kind: .distributionUpdate, severity: .high, released: attack,
            needsReboot: true, sizeMB: 1, isSuperseded: true, products: [attack], endpoints: 1, vulnerabilities: 1,
            riskRemoved: 10)
        let relative = PatchStore.Relative(id: .make(), number: attack, title: attack, distance: 1)
        let detail = PatchStore.Detail(
            summary: patch, description: attack, link: "https://" + attack, source: attack, builds: [attack],
            vulnerabilities: [.init(cve: attack, title: attack)], vulnerabilityCount: 2,
            packages: [
                PatchedPackage(
                    ecosystem: Ecosystem(family: "debian", release: attack), name: attack, fixed: attack, stream: attack
                )
            ], packageCount: 2, supersededBy: [relative],
            supersedes: [relative, .init(id: nil, number: attack, distance: 2)])
        let need = PatchStore.Need(
            endpoint: .make(), hostname: attack, osName: attack, status: .healthy, riskRemoved: 1, vulnerabilities: 1,
            packages: [PackageChange(name: attack, architecture: attack, installed: attack, version: attack)])
        return [
            PatchesPage.render(Sample.page([patch]), query: .init(search: attack, cursor: attack), nextPath: attack),
            PatchPage.render(
                detail, endpoints: Sample.page([need]), canDeploy: true, isFirstPage: false, nextPath: attack),
            EndpointPatches.render(Sample.page([.init(patch: patch, riskRemoved: 1, vulnerabilities: 1)])),
        ]
    }
}
