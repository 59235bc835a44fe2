import Domain
import Inventories
import Risk
import Versions

/// Versions, constraints, scores and names: one line each, so inputs are lines.
enum VersionTargets {
    static let all: [FuzzTarget] =
        VersionScheme.allCases.map { scheme in
            FuzzTarget("version-\(scheme.rawValue)", lines: versions) { compare($0, scheme) }
        } + [constraints, cvss, cpe, purl]

    private static let versions = [
        "1:2.3.4-5+deb12u6~bpo11+1\n2.3.4-5\n1.0~rc1-1",
        "1.0^git1-1.el9_2\n1.0~rc1-1\n3:1.0-1.module_el8.9.0+3734+dde3",
        "1.2.3_alpha1-r2\n1.2a_p20200101\n1.2_git1~deadbeef", "1.2.3-alpha.1+build.5\nv1.2\n=1.0.0-x.7.z.92",
        "1!2.3rc4.post5.dev6+ubuntu.1\n2004d\n1.0.post456.dev34", "1.0-SNAPSHOT\n1.0.0-alpha-1\n1-ga-1\n2.0.jdk17",
        "1.0.0.pre2\n1.0.0-x86_64-linux\n1.a.10", "dev-main\n1.2.x-dev\nv4-beta4\n1.0.0.0-patch",
        "10.0.19045.2604\n6.3.9600",
        "1.0_alpha_p1-r3\n1.0b\n001.02", "1.8.0_131-b11\n11.0.4+11-LTS\n9-ea+180", "1.1.1zh\n3.0.0-alpha1\n1.0.2-fips",
        "2024.01.02\n1.2.3.4.5.6.7.8.9.10.11.12\n0.0.0.0",
    ]

    /// Every line with every other: answers agree from both sides, and a version equals itself.
    private static func compare(_ input: [UInt8], _ scheme: VersionScheme) {
        let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 7, omittingEmptySubsequences: false)
        for left in lines {
            for right in lines {
                let order = Versions.compare(Array(left), Array(right), scheme: scheme)
                let turned = Versions.compare(Array(right), Array(left), scheme: scheme)
                expect(order == turned?.reversed, "\(scheme): antisymmetric")
            }
            let text = String(decoding: left, as: UTF8.self)
            let order = Versions.compare(text, text, scheme: scheme)
            expect(
                (order == .equal) == (Versions.isValid(text, scheme: scheme) == nil), "\(scheme): reflexive and total")
        }
    }

    private static let constraints = FuzzTarget(
        "constraint",
        lines: [
            ">= 1.0, < 2.0 || 3.x", "^1.2.3 || ~1.2", "~> 1.2.3, != 1.2.5", "[1.0,2.0),(3.0,)", "==1.1.*,~=2.2.post3",
            "1.2 - 2.3", "<< 1:2.0-1~", "===1.0", "*",
        ]
    ) { input in
        let text = String(decoding: input, as: UTF8.self)
        for scheme in VersionScheme.allCases {
            for version in ["1.0", "1.2.3-1", "2.0.0"] {
                _ = try? Versions.satisfies(version, constraint: text, scheme: scheme)
            }
        }
    }

    private static let cvss = FuzzTarget(
        "cvss",
        lines: [
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C/CR:H/MAV:P/MS:C",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N/E:P/MSI:S/CR:L/S:P/U:Red",
            "CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:C/C:L/I:N/A:N", "(AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC/RL:OF/RC:UR/CDP:H/TD:H)",
        ]
    ) { input in
        let text = String(decoding: input, as: UTF8.self)
        if let score = try? CVSS.parse(text) {
            expect((0...10).contains(score.score), "a CVSS score lies in 0…10")
        }
        _ = CVSS.resultLine(for: text)
    }

    private static let cpe = FuzzTarget(
        "cpe",
        lines: [
            "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:en:*:windows_7:x64:*\ncpe:/a:microsoft:ie:8%01",
            "cpe:/a:foo%5cbar:big%24money_2010%07:::~~special~ipod_touch~80gb~\ncpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*",
            "cpe:2.3:a:c\\+\\+:b\\:c:1.\\?2:??:*:*:*:*:*:*",
        ]
    ) { input in
        let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 3).map { String(decoding: $0, as: UTF8.self) }
        let names = lines.compactMap { try? CPEName(parsing: $0) }
        for name in names {
            expect((try? CPEName(parsing: name.formattedString)) == name, "a CPE name survives being written")
            for other in names { _ = name.relation(to: other) }
        }
    }

    private static let purl = FuzzTarget(
        "purl",
        lines: [
            "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12",
            "pkg:npm/%40scope/name@1.0.0#sub/path",
            "pkg:golang/github.com/a/b@v1.2.3?go-get=1", "pkg:maven/org.a/b@1.0?classifier=x&type=jar",
            "pkg:rpm/redhat/bash@5.1-1?epoch=1&upstream=bash-5.1-1.src.rpm",
        ]
    ) { input in
        guard let url = try? PackageURL(String(decoding: input, as: UTF8.self)) else { return }
        expect(
            (try? PackageURL(url.description))?.description == url.description,
            "a package URL is canonical when written")
    }
}

extension Versions {
    fileprivate static func compare(_ left: [UInt8], _ right: [UInt8], scheme: VersionScheme) -> VersionOrder? {
        left.withUnsafeBytes { left in right.withUnsafeBytes { compare(left, $0, scheme: scheme) } }
    }
}
