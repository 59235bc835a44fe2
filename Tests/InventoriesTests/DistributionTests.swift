import Domain
import Foundation
import Inventories
import Testing

@Suite("Distributions are recognised by the names people and tools give them")
struct DistributionTests {
    @Test(
        "a name and a release lead to the ecosystem of the advisories",
        arguments: [
            ("debian:12", "debian:12"), ("debian:bookworm", "debian:12"), ("Debian GNU/Linux:12.4", "debian:12"),
            ("ubuntu:14.04", "ubuntu:14.04"), ("ubuntu:22.04.2", "ubuntu:22.04"), ("ubuntu:trusty", "ubuntu:14.04"),
            ("redhat:8.6", "redhat:8"), ("rhel:9", "redhat:9"), ("alma:9.4", "almalinux:9"),
            ("Rocky Linux:9", "rocky:9"),
            ("alpine:3.19.1", "alpine:3.19"), ("amazon:2", "amazon:2"), ("centos:7.6.1810", "centos:7"),
        ])
    func ecosystems(text: String, ecosystem: String) throws {
        #expect(try #require(Distribution.operatingSystem(text)).ecosystem.description == ecosystem)
    }

    @Test("a codename of another distribution is no release of this one")
    func foreignCodename() {
        #expect(Distribution.operatingSystem("ubuntu:bookworm")?.version == "bookworm")
    }

    @Test("nothing is no distribution")
    func nothing() {
        #expect(Distribution.operatingSystem("") == nil)
        #expect(Distribution.operatingSystem(":12") == nil)
    }
}
