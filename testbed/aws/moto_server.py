"""moto's HTTP server on a free loopback port, which it prints.

It ends when its standard input does, so that a parent that dies in any way leaves nothing running.
"""

import os
import sys
import threading
from typing import Any, BinaryIO

from moto import backends
from moto.core.responses import ActionResult
from moto.ec2.models import vpcs
from moto.ec2.models.instances import Instance, InstanceState
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses import EC2Response
from moto.iam.access_control import PermissionResult
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.rds.models import DBCluster, DBInstance
from moto.route53.responses import Route53
from moto.s3.models import FakeBucket
from werkzeug.serving import make_server

modules = list(backends.list_of_moto_modules())
# moto lists its folder for each request.
backends.list_of_moto_modules = lambda: modules

# moto takes a Deny of a bucket's policy for one whatever its condition says: nobody could use a bucket that wants TLS.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

get_bool_param = Route53._get_bool_param


def get_bool_param_as_aws(self: Route53, name: str, *default: bool) -> bool:
    """A zone that is made with a VPC is a private one: moto wants that said, and forgets the VPC otherwise."""
    if name == "HostedZoneConfig.PrivateZone" and self._get_param("VPC.VPCId"):
        return True
    return get_bool_param(self, name, *default)


Route53._get_bool_param = get_bool_param_as_aws

create_dns_entries = vpcs.create_dns_entries


def create_dns_entries_as_aws(service_name: str, vpc_endpoint_id: str) -> dict[str, str]:
    """AWS PrivateLink Guide, "DNS hostnames": moto's names end in no domain."""
    *_, region, service = service_name.split(".")
    return create_dns_entries(f"{service}.{region}.vpce.amazonaws.com", vpc_endpoint_id)


vpcs.create_dns_entries = create_dns_entries_as_aws

# moto forgets whether an instance recovers by itself. Without a word it does (AWS, "Automatic instance recovery").
Instance.maintenance_options = {"AutoRecovery": "default"}

run_instances = EC2Response.run_instances


def run_instances_as_aws(self: EC2Response) -> ActionResult:
    made = run_instances(self)
    recovery = self._get_param("MaintenanceOptions.AutoRecovery")
    if recovery:
        for instance in made.result.instances:
            instance.maintenance_options = {"AutoRecovery": recovery}
    return made


def modify_instance_maintenance_options(self: EC2Response) -> ActionResult:
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    instance.maintenance_options = {"AutoRecovery": self._get_param("AutoRecovery")}
    return ActionResult({"InstanceId": instance.id, **instance.maintenance_options})


terminate = Instance.terminate


def terminate_as_aws(self: Instance) -> InstanceState:
    """moto leaves an interface that outlives its instance attached to it, and then nobody can delete it."""
    before = terminate(self)
    interfaces = dict(self.nics)
    for interface in interfaces.values():
        self.detach_eni(interface)
    # moto shows addresses of a terminated instance, too.
    self.nics = interfaces
    return before


Instance.terminate = terminate_as_aws
EC2Response.run_instances = run_instances_as_aws
EC2Response.modify_instance_maintenance_options = modify_instance_maintenance_options

make_rule = SecurityGroupRule.__init__


def make_rule_as_aws(self: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
    """moto keeps the description of a rule for addresses, and none for a group or a prefix list."""
    make_rule(self, *args, **kwargs)
    parts = [part for part in (*args, *kwargs.values()) if isinstance(part, dict)]
    self.described = next((part["Description"] for part in parts if "Description" in part), None)


SecurityGroupRule.__init__ = make_rule_as_aws
SecurityGroupRule.description = property(
    lambda rule: rule.ip_range.get("Description", rule.described)
)

scaling = DBCluster.scaling_configuration_info.fget
# moto answers the block of Serverless v1 with empty fields for a cluster that has none.
DBCluster.scaling_configuration_info = property(
    lambda cluster: scaling(cluster) if cluster.scaling_configuration else None
)

make_instance = DBInstance.__init__


def make_instance_as_aws(self: DBInstance, *args: Any, **kwargs: Any) -> None:
    """moto forgets that an instance has Performance Insights."""
    make_instance(self, *args, **kwargs)
    self.enable_performance_insights = kwargs.get("enable_performance_insights", False)
    self.performance_insights_kms_key_id = kwargs.get("performance_insights_kms_key_id")


DBInstance.__init__ = make_instance_as_aws
DBInstance.performance_insights_enabled = property(
    lambda instance: instance.enable_performance_insights
)


def serve(lifeline: BinaryIO, answer: BinaryIO, applications: DomainDispatcherApplication) -> None:
    """Prints the port, and serves until nothing holds the other end of the lifeline any more."""
    server = make_server("127.0.0.1", 0, applications, threaded=True, request_handler=MotoRequestHandler)
    os.environ["MOTO_PORT"] = str(server.port)

    def end_with_parent() -> None:
        lifeline.read()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    answer.write(f"{server.port}\n".encode())
    answer.flush()
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, DomainDispatcherApplication(create_backend_app))
