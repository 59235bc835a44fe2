import Domain

/// The kinds of operating systems that CPE names tell apart as platforms.
enum SystemFamily: Sendable, Hashable {
    case windows, macos, linux, ios, android, other

    /// Nil when the host does not say what it runs.
    init?(of system: Ecosystem) {
        switch system.family {
        case "windows", "msrc": self = .windows
        case "macos", "darwin", "apple", "mac_os_x": self = .macos
        case "ios", "ipados": self = .ios
        case "android": self = .android
        case "": return nil
        default:
            guard system.isDistribution || system.family == "linux" else { return nil }
            self = .linux
        }
    }

    /// Of the `target_sw` of a name; nil for what is no operating system (`wordpress`, `node.js`).
    init?(target word: String) {
        switch word {
        case "windows": self = .windows
        case "macos", "mac_os_x", "mac_os", "mac": self = .macos
        case "linux", "linux_kernel": self = .linux
        case "iphone_os", "ios", "ipados", "ipad_os", "iphone", "ipad": self = .ios
        case "android": self = .android
        default: return nil
        }
    }

    /// Of the vendor and product of a name of part `o`.
    init(vendor: String, product: String) {
        switch vendor {
        case "microsoft" where product.hasPrefix("windows"): self = .windows
        case "apple" where product.hasPrefix("mac"): self = .macos
        case "apple" where product == "iphone_os" || product == "ipados": self = .ios
        case "google" where product == "android": self = .android
        case "linux": self = .linux
        default: self = Self.distribution(vendor: vendor, product: product) == nil ? .other : .linux
        }
    }

    /// The family of a distribution's name; nil for other names.
    static func distribution(vendor: String, product: String) -> String? {
        switch (vendor, product) {
        case ("debian", "debian_linux"): "debian"
        case ("canonical", "ubuntu_linux"): "ubuntu"
        case ("fedoraproject", "fedora"): "fedora"
        case ("almalinux", "almalinux"): "almalinux"
        case ("rocky", "rocky_linux"), ("rockylinux", "rocky_linux"): "rocky"
        case ("centos", "centos"): "centos"
        case ("oracle", "linux"): "oracle"
        case ("alpinelinux", "alpine_linux"): "alpine"
        case ("amazon", "linux"), ("amazon", "linux_2"): "amazon"
        case ("opensuse", "leap"), ("opensuse", "opensuse"): "opensuse"
        case ("redhat", let product) where product.hasPrefix("enterprise_linux"): "redhat"
        case ("suse", let product) where product.contains("linux"): "suse"
        default: nil
        }
    }
}
