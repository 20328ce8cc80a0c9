#!/bin/sh
# TODO more
