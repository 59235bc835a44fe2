import Domain
import Inventories
import Testing
import TestRandomness

@Suite("Package URLs follow the purl specification")
struct PackageURLTests {
    @Test(
        "parts are found and decoded",
        arguments: [
            (
                "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12",
                PackageURL(
                    type: "deb", namespace: "debian", name: "libc6", version: "2.36-9+deb12u4",
                    qualifiers: ["arch": "amd64", "distro": "debian-12"])
            ),
            (
                "pkg:npm/%40angular/animation@12.3.1",
                PackageURL(type: "npm", namespace: "@angular", name: "animation", version: "12.3.1")
            ),
            (
                "pkg:npm/@angular/animation@12.3.1",
                PackageURL(type: "npm", namespace: "@angular", name: "animation", version: "12.3.1")
            ),
            ("pkg:npm/@angular/animation", PackageURL(type: "npm", namespace: "@angular", name: "animation")),
            (
                "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations",
                PackageURL(
                    type: "golang", namespace: "google.golang.org", name: "genproto", version: "abcdedf",
                    subpath: "googleapis/api/annotations")
            ),
            (
                "pkg:rpm/centos/openssl-libs@1.0.2k-16.el7?arch=x86_64&epoch=1",
                PackageURL(
                    type: "rpm", namespace: "centos", name: "openssl-libs", version: "1.0.2k-16.el7",
                    qualifiers: ["arch": "x86_64", "epoch": "1"])
            ),
            (
                "PKG:PyPI/Django_Package@1.11.1.dev1",
                PackageURL(type: "pypi", name: "django-package", version: "1.11.1.dev1")
            ),
            (
                "pkg://maven/org.apache.commons/io@1.3.4?type=zip&classifier=",
                PackageURL(
                    type: "maven", namespace: "org.apache.commons", name: "io", version: "1.3.4",
                    qualifiers: ["type": "zip"])
            ),
            (
                "pkg:docker/customer/dockerimage@sha256%3A244fd47e07d1004f0aed9c?repository_url=gcr.io",
                PackageURL(
                    type: "docker", namespace: "customer", name: "dockerimage",
                    version: "sha256:244fd47e07d1004f0aed9c", qualifiers: ["repository_url": "gcr.io"])
            ),
            (
                "pkg:GitHub/Package-URL/purl-Spec@244fd47e",
                PackageURL(type: "github", namespace: "package-url", name: "purl-spec", version: "244fd47e")
            ),
        ])
    func parses(text: String, expected: PackageURL) throws {
        let url = try PackageURL(text)
        #expect(url == expected)
        #expect(try PackageURL(url.description) == url)
    }

    @Test("the canonical form sorts qualifiers and encodes")
    func canonical() throws {
        let url = try PackageURL("pkg:deb/debian/g%2B%2B@4:12.2?distro=debian-12&arch=amd64")
        #expect(url.description == "pkg:deb/debian/g%2B%2B@4:12.2?arch=amd64&distro=debian-12")
    }

    @Test(
        "what is no package URL says why",
        arguments: [
            "", "pkg:", "pkg:/", "pkg:deb", "pkg:deb/", "npm/a@1", "pkg:d%65b/a@1", "pkg:1a/b@1", "pkg:deb/debian/@1",
            "pkg:deb/a%2@1", "pkg:deb/a%zz@1", "pkg:deb/a%ff@1", "pkg:deb/a%00@1", "http://example.org",
        ])
    func refuses(text: String) {
        #expect(throws: PackageURLError.self) { try PackageURL(text) }
    }

    @Test(
        "packages are named as their advisories name them",
        arguments: [
            (
                "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "maven", "org.apache.logging.log4j:log4j-core",
                "2.14.1"
            ),
            ("pkg:npm/%40babel/core@7.0.0", "npm", "@babel/core", "7.0.0"),
            ("pkg:golang/github.com/gin-gonic/gin@v1.7.0", "golang", "github.com/gin-gonic/gin", "v1.7.0"),
            ("pkg:composer/laravel/framework@v7.12.0", "composer", "laravel/framework", "v7.12.0"),
            ("pkg:deb/ubuntu/bash@4.3-7ubuntu1", "deb", "bash", "4.3-7ubuntu1"),
            ("pkg:rpm/centos/openssl@1.0.2k-16.el7?epoch=1", "rpm", "openssl", "1:1.0.2k-16.el7"),
            ("pkg:rpm/centos/bash@4.2-1?epoch=0", "rpm", "bash", "4.2-1"),
            ("pkg:deb/debian/bind9@1%3A9.18-1?epoch=1", "deb", "bind9", "1:9.18-1"),
        ])
    func mapping(text: String, type: String, name: String, version: String) throws {
        let package = try #require(try PackageURL(text).installedPackage)
        #expect((package.type, package.name, package.version) == (type, name, version))
    }

    @Test(
        "the source package is found in every generator's form",
        arguments: [
            ("pkg:deb/debian/libssl1.1@1.1.1n-0?upstream=openssl%401.1.1", "openssl", "1.1.1"),
            ("pkg:deb/debian/libc6@2.36-9?upstream=glibc", "glibc", nil),
            ("pkg:deb/debian/libc6@2.36-9?upstream=glibc%402.36-9", "glibc", nil),
            ("pkg:deb/debian/bash@5.2-2?upstream=bash%405.2", nil, "5.2"),
            ("pkg:deb/debian/libpcre3@8.39?source=pcre3&sourceversion=8.38", "pcre3", "8.38"),
            ("pkg:apk/alpine/libcrypto3@3.1.0-r4?origin=openssl", "openssl", nil),
            ("pkg:rpm/rhel/openssl-libs@3.0.7-1.el9?epoch=1&upstream=openssl-3.0.7-1.el9.src.rpm", "openssl", nil),
            ("pkg:rpm/rhel/perl-B@1.80-480.el9?upstream=perl-5.32.1-480.el9.src.rpm", "perl", "5.32.1-480.el9"),
        ] as [(String, String?, String?)])
    func sources(text: String, source: String?, version: String?) throws {
        let package = try #require(try PackageURL(text).installedPackage)
        #expect(package.source == source)
        #expect(package.sourceVersion == version)
    }

    @Test("random texts never trap, and what parses has a canonical form that parses to the same")
    func fuzz() throws {
        var generator = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<30, using: &generator)
            let text =
                "pkg:" + String((0..<length).map { _ in "ab/@?#%=&:2Fé+".randomElement(using: &generator) ?? "a" })
            guard let url = try? PackageURL(text) else { continue }
            #expect(try PackageURL(url.description) == url, "\(text)")
        }
    }
}
