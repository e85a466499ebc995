import { expect, test } from "vitest";
import { groupName } from "./cgroup-name";

const ID = "3f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a91c07d44e1b5f2a";

test.each([
  ["docker with systemd's driver", `0::/system.slice/docker-${ID}.scope`, "docker 3f2a91c07d44"],
  ["docker with cgroupfs", `5:memory:/docker/${ID}`, "docker 3f2a91c07d44"],
  ["a shell deeper in a container", `0::/docker/${ID}/init/child`, "docker 3f2a91c07d44"],
  ["podman", `0::/machine.slice/libpod-${ID}.scope/container`, "podman 3f2a91c07d44"],
  ["podman's monitor is no container", `0::/machine.slice/libpod-conmon-${ID}.scope`, null],
  [
    "a pod on containerd",
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-${ID}.scope`,
    "containerd 3f2a91c07d44",
  ],
  ["a pod on cgroupfs", `4:cpu:/kubepods/besteffort/pod12/${ID}`, "kubernetes 3f2a91c07d44"],
  ["lxc", "0::/lxc.payload.web/system.slice/nginx.service", "lxc web"],
  ["lxc of cgroup v1", "4:memory:/lxc/web", "lxc web"],
  ["a unit with an escaped name", "0::/system.slice/system-getty.slice/my\\x2dapp.service", "my\\x2dapp.service"],
  ["a unit that one hierarchy alone knows", "4:memory:/\n1:name=systemd:/system.slice/cron.service", "cron.service"],
  ["a container inside a unit", `0::/system.slice/docker.service/docker/${ID}`, "docker 3f2a91c07d44"],
  ["a session", "0::/user.slice/user-1000.slice/session-2.scope", null],
  ["the root", "0::/", null],
  ["a container below a parent of its own", `3:cpu:/jobs/${ID}`, "container 3f2a91c07d44"],
  ["a task of ECS", `4:memory:/ecs/9781c248/${ID}`, "docker 3f2a91c07d44"],
  ["docker with colons", `0::/system.slice:docker:${ID}`, "docker 3f2a91c07d44"],
  ["podman below a service", `0::/system.slice/web.service/libpod-payload-${ID}`, "podman 3f2a91c07d44"],
  ["the monitor of a podman container", `0::/machine.slice/libpod-conmon-${ID}.scope`, null],
  ["a cgroup namespace beside ours", `0::/../${ID}`, "container 3f2a91c07d44"],
  [
    "a service in a nspawn service",
    "0::/machine.slice/systemd-nspawn@web.service/payload/system.slice/a.service",
    "systemd-nspawn web",
  ],
  ["a machine of libvirt", "0::/machine.slice/machine-qemu\\x2d3\\x2ddebian\\x2d12.scope/libvirt/emulator", "qemu debian-12"],
  ["a machine of libvirt, cgroup v1", "4:memory:/machine/qemu-3-web.libvirt-qemu", "qemu web"],
  ["a machine of Proxmox", "0::/qemu.slice/101.scope", "qemu 101"],
  ["a unit whose name could be a file of the kernel", "0::/system.slice/_cpu.service", "cpu.service"],
  ["an empty file", "", null],
])("%s", (_name, text, expected) => {
  expect(groupName(`${text}\n`)).toBe(expected);
});
